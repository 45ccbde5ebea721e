import FoundationEssentials

/// The embedded `digits.json`: trained weights and held-out rows, written by `Resources/train_digits.py`.
struct DigitsArchive: Decodable {
    struct Version: Decodable {
        let layers: [Layer]
        /// scikit-learn's answer for each held-out row, one character each.
        let heldOutPredictions: String
        /// scikit-learn's ten probabilities for the first held-out row, rounded to nine decimals.
        let firstRowProbabilities: [Double]
    }

    struct Layer: Decodable {
        let activation: DenseLayer.Activation
        /// A row per output, a column per input, in units of `1 / weightScale`.
        let weights: [[Int]]
        let biases: [Int]
    }

    let darkestPixel: Int
    let weightScale: Int
    let versions: [String: Version]
    /// One digit per row of `heldOutRows`.
    let heldOutLabels: String
    /// 64 characters per row, each a pixel: `0`...`9` then `a`...`g` for 10...16.
    let heldOutRows: [String]

    static func embedded() throws(DigitsArchiveError) -> DigitsArchive {
        do {
            return try JSONDecoder().decode(DigitsArchive.self, from: Data(PackageResources.digits_json))
        } catch {
            throw .unreadable("\(error)")
        }
    }

    func version(_ variant: DemoVariant) throws(DigitsArchiveError) -> Version {
        guard let version = self.versions[variant.rawValue] else { throw .versionMissing(variant.rawValue) }
        return version
    }
}

/// The file embedded at build time does not hold what this build expects: train again with `train_digits.py`.
package enum DigitsArchiveError: Error, Equatable {
    case unreadable(String)
    case versionMissing(String)
    case rowMalformed(index: Int)
}

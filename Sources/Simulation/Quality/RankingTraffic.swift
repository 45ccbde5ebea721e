import Statistics

/// Labelled rows whose scores are normal, of positives with a higher mean; one row in five is positive.
struct RankingTraffic: Sendable {
    private static let bins = 100

    /// Positive rows of each version; there are four times as many negative ones.
    let canaryPositives: Int64
    let stablePositives: Int64
    private let canary: [Double]
    private let stable: [Double]
    private let negatives: [Double]

    /// - Parameters:
    ///   - canaryArea: The area under the ROC curve of the canary's scores.
    ///   - stableArea: The same of stable's.
    init(canaryArea: Double, stableArea: Double, canaryPositives: Int64 = 20, stablePositives: Int64 = 380) {
        self.canaryPositives = canaryPositives
        self.stablePositives = stablePositives
        canary = Self.masses(mean: Self.mean(ofArea: canaryArea))
        stable = Self.masses(mean: Self.mean(ofArea: stableArea))
        negatives = Self.masses(mean: 0)
    }

    /// The distance of two standard normals of which one exceeds the other with probability `area`.
    private static func mean(ofArea area: Double) -> Double {
        Double(2).squareRoot() * NormalDistribution.quantile(area)
    }

    /// The probability of each bin under a normal distribution; the bins are fine where the scores are.
    private static func masses(mean: Double) -> [Double] {
        let below = (1..<bins).map { index in
            let cut = 0.75 + 1.5 * NormalDistribution.quantile(Double(index) / Double(bins))
            return NormalDistribution.cumulative(cut - mean)
        }
        return zip(below + [1], [0] + below).map { $0 - $1 }
    }

    func scenario(_ name: String, _ truth: Scenario<RankedRows>.Truth) -> Scenario<RankedRows> {
        Scenario(name, truth) { _ in { rows(&$0) } }
    }

    func rows(_ random: inout SeededRandom) -> RankedRows {
        RankedRows(
            canary: ROCCurve(
                positives: random.multinomial(canaryPositives, canary),
                negatives: random.multinomial(4 * canaryPositives, negatives)
            ),
            stable: ROCCurve(
                positives: random.multinomial(stablePositives, stable),
                negatives: random.multinomial(4 * stablePositives, negatives)
            )
        )
    }
}

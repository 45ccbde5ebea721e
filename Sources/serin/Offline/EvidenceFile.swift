import ControlWire
import Foundation
import RolloutCore

/// Evidence as the API tells it, from a file: one document, or several pages one after the other.
struct EvidenceFile: Equatable {
    /// Whose evidence it is, when the file says so.
    let rollout: RolloutResponse?
    /// In the order of folding.
    let strata: [EvidenceStratum]

    private struct Document: Decodable {
        let rollout: RolloutResponse?
        let strata: [StratumResponse]
    }

    /// - Parameter path: `-` is standard input.
    init(path: String) throws(OfflineFailure) {
        try self.init(try OfflineFailure.bytes(of: path), path: path)
    }

    init(_ bytes: Data, path: String) throws(OfflineFailure) {
        var documents: [Document] = []
        do {
            documents = [try JSONDecoder().decode(Document.self, from: bytes)]
        } catch let whole {
            // Pages, a line each.
            for line in bytes.split(separator: UInt8(ascii: "\n")) where line.contains(where: { $0 > 0x20 }) {
                do { documents.append(try JSONDecoder().decode(Document.self, from: Data(line))) } catch {
                    throw OfflineFailure("'\(path)' is no evidence as the API tells it: \(Self.told(whole))")
                }
            }
        }
        let strata = documents.flatMap(\.strata).map(EvidenceStratum.init)
        guard !strata.isEmpty else { throw OfflineFailure("'\(path)' holds no evidence") }
        self.rollout = documents.lazy.compactMap(\.rollout).first
        self.strata = strata.sorted(by: EvidenceStratum.precedes)
    }

    private static func told(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            "\(Self.place(context))/\(key.stringValue) is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            "\(Self.place(context)): \(context.debugDescription)"
        default: "\(error)"
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        context.codingPath.map { "/" + ($0.intValue.map(String.init) ?? $0.stringValue) }.joined()
    }
}

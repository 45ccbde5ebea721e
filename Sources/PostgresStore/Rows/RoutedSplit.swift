import PostgresClient
import RolloutCore

/// How one generation split requests.
struct RoutedSplit {
    let canary: Weight
    let baseline: Weight

    /// Of a generation that never routed the rollout.
    static let none = RoutedSplit(canary: .zero, baseline: .zero)
}

extension PostgresRow {
    /// - Parameter column: Of basis points.
    func weight(_ column: String) throws -> Weight { try Weight(basisPoints: self.decode(column, as: Int.self)) }

    /// The column `mirror_bp`; nil for 0.
    var mirror: Weight? {
        get throws {
            let weight = try self.weight("mirror_bp")
            return weight > .zero ? weight : nil
        }
    }
}

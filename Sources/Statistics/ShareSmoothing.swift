/// What stands in for an empty bucket when masses become shares, so that a logarithm of it is finite.
package enum ShareSmoothing: Sendable, Hashable {
    /// A mass added to every bucket.
    case added(Double)
    /// A share put in the place of every share of 0; the others stay as they are and the sum exceeds 1.
    case filled(Double)
    /// Evidently's: 0.0001 in the place of 0, or a millionth of the smallest share if that is 0.0001 or less.
    case filledAsEvidently
    /// Shares as they are.
    case none

    /// (c+½)/(n+½B): the mean under Jeffreys's prior.
    package static let jeffreys = ShareSmoothing.added(0.5)

    /// The shares of masses; `nil` without any mass.
    func shares(of masses: [Double]) -> [Double]? {
        let total = masses.reduce(0, +)
        guard total > 0 else { return nil }
        let shares = masses.map { $0 / total }
        switch self {
        case .added(let mass):
            return masses.map { ($0 + mass) / (total + mass * Double(masses.count)) }
        case .filled(let share):
            return shares.map { $0 > 0 ? $0 : share }
        case .filledAsEvidently:
            let smallest = shares.filter { $0 > 0 }.min() ?? 1
            return shares.map { $0 > 0 ? $0 : smallest <= 1e-4 ? smallest / 1e6 : 1e-4 }
        case .none:
            return shares
        }
    }
}

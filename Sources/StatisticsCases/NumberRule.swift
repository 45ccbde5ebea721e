/// What a number must be for an operation to mean anything.
struct NumberRule: Sendable {
    let requirement: String
    let accepts: @Sendable (Double) -> Bool

    /// NaN included: what it means is left to the operation.
    static let unrestricted = NumberRule(requirement: "a number") { _ in true }
    static let finite = NumberRule(requirement: "a finite number") { $0.isFinite }
    static let positive = NumberRule(requirement: "a finite number above 0") { $0 > 0 && $0.isFinite }
    static let notNegative = NumberRule(requirement: "a finite number of 0 or more") { $0 >= 0 && $0.isFinite }
    static let aboveOne = NumberRule(requirement: "a finite number above 1") { $0 > 1 && $0.isFinite }
    static let probability = NumberRule(requirement: "a probability, 0 to 1") { $0 >= 0 && $0 <= 1 }
    /// An error probability, a share of traffic: neither end means anything.
    static let openShare = NumberRule(requirement: "above 0 and below 1") { $0 > 0 && $0 < 1 }
    static let aboveRootHalf = NumberRule(requirement: "above the square root of 0.5") {
        $0 * $0 > 0.5 && $0 > 0 && $0.isFinite
    }
    static let belowHalfOrZero = NumberRule(requirement: "0 or more and below 0.5") { $0 >= 0 && $0 < 0.5 }
    static let halfOpenShare = NumberRule(requirement: "above 0 and 1 at most") { $0 > 0 && $0 <= 1 }
    static let evidence = NumberRule(requirement: "an e-value, 0 or more") { $0 >= 0 }
    static let belowHalf = NumberRule(requirement: "above 0 and below 0.5, since it is for one side") {
        $0 > 0 && $0 < 0.5
    }
}

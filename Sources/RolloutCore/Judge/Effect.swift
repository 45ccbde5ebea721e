/// An odds ratio with a 95 % interval; a display, never the rule.
package struct Effect: Hashable, Sendable, Codable {
    package let oddsRatio: Double
    package let lower: Double
    package let upper: Double

    package init(oddsRatio: Double, lower: Double, upper: Double) {
        self.oddsRatio = oddsRatio
        self.lower = lower
        self.upper = upper
    }
}

/// A difference, canary less stable, with a 95 % interval; a display, never the rule.
package struct Difference: Hashable, Sendable, Codable {
    package let value: Double
    package let lower: Double
    package let upper: Double

    package init(value: Double, lower: Double, upper: Double) {
        self.value = value
        self.lower = lower
        self.upper = upper
    }
}

/// The χ² distribution.
package struct ChiSquareDistribution: Sendable, Hashable {
    package let degreesOfFreedom: Int

    /// - Precondition: `degreesOfFreedom` > 0.
    package init(degreesOfFreedom: Int) {
        precondition(degreesOfFreedom > 0, "χ² has one degree of freedom at least")
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// P(X > x), accurate far into the tail.
    package func upperTail(_ x: Double) -> Double {
        guard x > 0 else { return 1 }
        return x < .infinity ? IncompleteGamma.upper(Double(degreesOfFreedom) / 2, x / 2) : 0
    }
}

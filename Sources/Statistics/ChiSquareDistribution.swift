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
        x > 0 ? IncompleteGamma.upper(Double(degreesOfFreedom) / 2, x / 2) : 1
    }
}

import RealModule

extension Stratum {
    /// ln of the likelihood ratio of odds ratio `alternative` against `null`, given the margins.
    ///
    /// Exactly 0 for a table that its margins fix. The expectation of the ratio under the null is 1, whatever the
    /// common rate of the two cohorts, so products over strata are a test martingale.
    package func logEvidence(for alternative: Double, against null: Double = 1) -> Double {
        guard !isUninformative else { return 0 }
        let distribution = HypergeometricDistribution(self)
        return Double(x1) * .log(alternative / null)
            - distribution.logExpectation(ofPowersOf: alternative)
            + distribution.logExpectation(ofPowersOf: null)
    }

    /// ``logEvidence(for:against:)`` for every alternative of a grid; the null is evaluated once.
    func logEvidence(for grid: OddsRatioGrid) -> [Double] {
        guard !isUninformative else { return Array(repeating: 0, count: grid.alternatives.count) }
        let distribution = HypergeometricDistribution(self)
        let atNull = distribution.logExpectation(ofPowersOf: grid.null)
        return grid.alternatives.map { alternative in
            Double(x1) * .log(alternative / grid.null) - distribution.logExpectation(ofPowersOf: alternative) + atNull
        }
    }

    /// A lower bound of ``logEvidence(for:against:)`` at null 1 in constant time.
    ///
    /// Hoeffding 1963, theorem 4: the hypergeometric moment generating function is at most the binomial one.
    /// Itself valid evidence; equal for rare events and about half as fast when half of all units are bad.
    package func logEvidenceLowerBound(for alternative: Double) -> Double {
        guard !isUninformative else { return 0 }
        let share = Double(n1) / Double(total)
        return Double(x1) * .log(alternative) - Double(bad) * .log(onePlus: share * (alternative - 1))
    }

    /// (x1 − E x1)² / Var x1 given the margins: 1 on average for independent units, more for clustered ones.
    /// `nil` for a table that its margins fix.
    package var dispersion: Double? {
        guard !isUninformative else { return nil }
        let distribution = HypergeometricDistribution(self)
        let deviation = Double(x1) - distribution.mean
        return deviation * deviation / distribution.variance
    }
}

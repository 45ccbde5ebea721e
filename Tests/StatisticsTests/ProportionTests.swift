import Testing

@testable import Statistics

@Suite("Intervals for display")
struct ProportionTests {
    /// Reference values: statsmodels 0.15.0.
    @Test("The Wilson interval agrees with the reference")
    func wilson() throws {
        let interval = try #require(wilsonInterval(successes: 5, trials: 100))
        #expect(isClose(interval.lower, 0.021543679154367966, within: 1e-10))
        #expect(isClose(interval.upper, 0.11175046923191914, within: 1e-10))
    }

    @Test("The Wilson interval stays in 0...1 and is undefined without trials")
    func wilsonEdges() throws {
        #expect(wilsonInterval(successes: 0, trials: 0) == nil)
        #expect(wilsonInterval(successes: 3, trials: 2) == nil)
        #expect(try #require(wilsonInterval(successes: 0, trials: 9)).lower == 0)
        #expect(try #require(wilsonInterval(successes: 9, trials: 9)).upper == 1)
    }

    /// Reference values: the example of R's `mantelhaen.test`, admissions at Berkeley in 1973.
    @Test("The pooled odds ratio and its interval agree with the reference")
    func mantelHaenszel() throws {
        let departments: [(x1: Int64, n1: Int64, x0: Int64, n0: Int64)] = [
            (512, 825, 89, 108), (353, 560, 17, 25), (120, 325, 202, 593),
            (138, 417, 131, 375), (53, 191, 94, 393), (22, 373, 24, 341),
        ]
        let strata = try departments.map { try Stratum(x1: $0.x1, n1: $0.n1, x0: $0.x0, n0: $0.n0) }
        let estimate = try #require(MantelHaenszelOddsRatio(strata).estimate())
        #expect(isClose(estimate.value, 0.9046968, within: 1e-7))
        #expect(isClose(estimate.interval.lower, 0.7719074, within: 1e-7))
        #expect(isClose(estimate.interval.upper, 1.0603298, within: 1e-7))
    }

    @Test("An odds ratio without bad units on a side has no interval")
    func degenerateOddsRatio() throws {
        let onlyCanary = MantelHaenszelOddsRatio([try Stratum(x1: 3, n1: 10, x0: 0, n0: 10)])
        let onlyStable = MantelHaenszelOddsRatio([try Stratum(x1: 0, n1: 10, x0: 3, n0: 10)])
        let neither = MantelHaenszelOddsRatio([try Stratum(x1: 0, n1: 10, x0: 0, n0: 10)])
        #expect([onlyCanary.value, onlyStable.value, neither.value] == [.infinity, 0, nil])
        #expect([onlyCanary.estimate(), onlyStable.estimate(), neither.estimate()] == [nil, nil, nil])
    }

    /// Reference values: scipy 1.17.1, `norm.ppf`.
    @Test(
        "Normal quantiles agree with the reference",
        arguments: [
            (0.5, 0.0), (0.975, 1.959963984540054), (0.9, 1.2815515655446004), (1e-3, -3.090232306167813),
            (1e-300, -37.0471), (0.01, -2.3263478740408408),
        ]
    )
    func normalQuantile(p: Double, z: Double) {
        #expect(isClose(NormalDistribution.quantile(p), z, within: p < 1e-9 ? 1e-4 : 1e-14))
    }
}

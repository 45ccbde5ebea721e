import RealModule
import Testing

@testable import Statistics

@Suite("Two-sample tests")
struct TwoSampleTestTests {
    /// Reference values: scipy 1.17.1, `ks_2samp` with the exact method.
    @Test("The exact Kolmogorov–Smirnov test agrees with the reference")
    func kolmogorovSmirnov() throws {
        let disjoint = try #require(KolmogorovSmirnov([1, 2, 3, 4], [10, 11, 12]))
        #expect(disjoint.statistic == 1)
        #expect(isClose(disjoint.exactPValue(), 0.05714285714285715, within: 1e-12))
        let mixed = try #require(KolmogorovSmirnov([1, 2, 3, 4, 5, 6, 7, 8], [2.5, 3.5, 7.5, 9, 10]))
        #expect(isClose(mixed.statistic, 0.475, within: 1e-12))
        #expect(isClose(mixed.exactPValue(), 0.4001554001554002, within: 1e-12))
    }

    /// Reference values: numpy 2.4.6, buckets with γ = 1.02 of latencies in milliseconds.
    @Test("D of buckets agrees with the reference and is never above D of the values")
    func kolmogorovSmirnovOfBuckets() throws {
        let buckets = LogarithmicBuckets(gamma: 1.02)
        func counts(_ microseconds: [Int64]) -> [Int64] {
            microseconds.reduce(into: Array(repeating: 0, count: 400)) { $0[buckets.index(of: Double($1) / 1000)] += 1 }
        }
        let binned = KolmogorovSmirnov(
            firstBuckets: counts(LatencySamples.reference),
            secondBuckets: counts(LatencySamples.current)
        )
        let raw = KolmogorovSmirnov(LatencySamples.reference.map(Double.init), LatencySamples.current.map(Double.init))
        #expect(isClose(binned?.statistic, 0.07300000000000006, within: 1e-9))
        #expect(isClose(raw?.statistic, 0.0765, within: 1e-9))
        #expect(try #require(binned).limitPValue >= #require(raw).limitPValue)
    }

    /// Reference values: scipy 1.17.1, asymptotic with continuity correction.
    @Test("The Mann–Whitney test agrees with the reference, with and without ties")
    func mannWhitney() throws {
        let test = try #require(MannWhitney(StandardNormalSamples.first, StandardNormalSamples.second))
        #expect(test.u == 982)
        #expect(isClose(test.pValue(.less), 0.008664535766526649, within: 1e-12))
        #expect(isClose(test.probabilityOfSuperiority, 0.3637037037037037, within: 1e-12))
        let tied = try #require(MannWhitney([1, 2, 2, 3], [2, 3, 4, 4, 5]))
        #expect(tied.u == 2.5)
        #expect(isClose(tied.pValue(.twoSided), 0.07854585095119067, within: 1e-12))
        #expect(try #require(tied.pValue(.greater)) > 0.9)
        #expect(MannWhitney(firstBuckets: [1, 2, 1, 0, 0], secondBuckets: [0, 1, 1, 2, 1]) == tied)
    }

    /// Reference values: scipy 1.17.1, `chi2_contingency`; evidently 0.7.23 for the z test.
    @Test("Tests of counts agree with the reference")
    func contingency() throws {
        let table = try #require(ContingencyTable([900, 80, 15, 5], [42, 6, 1, 1]))
        #expect(isClose(table.statistic, 3.074440360687306, within: 1e-9))
        #expect(isClose(table.pValue, 0.38028973233254915, within: 1e-9))
        #expect(table.degreesOfFreedom == 3)
        #expect(ContingencyTable([900, 0, 80, 15, 5], [42, 0, 6, 1, 1]) == table)
        let corrected = try #require(ContingencyTable([10, 20], [30, 25], correction: .yates))
        #expect(isClose(corrected.statistic, 2.706155303030302, within: 1e-12))
        #expect(isClose(corrected.pValue, 0.0999616438735349, within: 1e-12))
        #expect(isClose(twoProportionPValue(x1: 20, n1: 100, x2: 20, n2: 50), 0.00902343881808032, within: 1e-9))
    }

    /// Reference values: scipy 1.17.1, `chi2.sf`.
    @Test(
        "χ² tails agree with the reference far out",
        arguments: [
            (0.5, 1, 0.47950012218695337), (3.84, 1, 0.05004352124870519), (20, 9, 0.017912404529843298),
            (100, 9, 1.5735176303753876e-17), (40, 30, 0.10486428110798468), (500, 3, 4.771672031912771e-108),
        ]
    )
    func chiSquare(x: Double, degreesOfFreedom: Int, tail: Double) {
        let computed = ChiSquareDistribution(degreesOfFreedom: degreesOfFreedom).upperTail(x)
        #expect(isClose(computed / tail, 1, within: 1e-11))
    }

    @Test("Empty samples, values that are not numbers and constant data have no answer")
    func undefined() {
        #expect(KolmogorovSmirnov([], [1]) == nil)
        #expect(KolmogorovSmirnov([.nan], [1]) == nil)
        #expect(KolmogorovSmirnov(firstBuckets: [0, 0], secondBuckets: [1, 2]) == nil)
        #expect(MannWhitney([1], []) == nil)
        #expect(MannWhitney([2, 2], [2, 2])?.pValue(.twoSided) == nil)
        #expect(ContingencyTable([0, 0], [1, 2]) == nil)
        #expect(ContingencyTable([3, 0], [4, 0]) == nil)
        #expect(twoProportionPValue(x1: 0, n1: 0, x2: 1, n2: 2) == nil)
        #expect(twoProportionPValue(x1: 0, n1: 5, x2: 0, n2: 5) == nil)
    }
}

import RealModule
import Testing

@testable import Statistics

@Suite("Hypergeometric distribution")
struct HypergeometricDistributionTests {
    /// ln E[ψ^X] from a full sum with 40 digits (mpmath), as (canary units, stable units, bad, ψ, value).
    static let references: [(draws: Int64, rest: Int64, successes: Int64, oddsRatio: Double, value: Double)] = [
        (30, 70, 7, 2.0, 1.810289512333387),
        (100, 1900, 160, 4.5, 23.387523726573531),
        (1000, 19000, 9000, 1.5, 201.91033345215932),
        (20000, 20000, 20000, 1.1, 964.45604555594262),
        (20000, 20000, 20000, 0.25, -11507.22400499086),
        (5000, 95000, 50, 3.0, 4.7635862777017873),
        (100000, 1_900_000, 20000, 4.5, 3183.7888297692695),
        (20, 30, 45, 0.7, -6.3489294778569911),
        (9, 1, 1, 3.0, 1.0296194171811582),
    ]

    @Test("The windowed log expectation agrees with a 40 digit full sum", arguments: references)
    func logExpectation(draws: Int64, rest: Int64, successes: Int64, oddsRatio: Double, value: Double) throws {
        let distribution = HypergeometricDistribution(try stratum(draws, rest, successes))
        let computed = distribution.logExpectation(ofPowersOf: oddsRatio)
        #expect(isClose(computed, value, within: 1e-12 * max(1, abs(value))))
    }

    @Test("The window leaves out nothing that a full sum in the same arithmetic has", arguments: references.dropLast(3))
    func window(draws: Int64, rest: Int64, successes: Int64, oddsRatio: Double, value: Double) throws {
        let distribution = HypergeometricDistribution(try stratum(draws, rest, successes))
        let support = stride(from: distribution.lowest, through: distribution.highest, by: 1)
        let terms = support.map { distribution.logMass($0) + $0 * .log(oddsRatio) }
        let windowed = distribution.logExpectation(ofPowersOf: oddsRatio)
        #expect(isClose(windowed, LogDomain.sum(terms), within: 1e-12 * max(1, abs(value))))
    }

    @Test("The masses of a distribution add up to one", arguments: references.dropLast(3))
    func total(draws: Int64, rest: Int64, successes: Int64, oddsRatio: Double, value: Double) throws {
        let distribution = HypergeometricDistribution(try stratum(draws, rest, successes))
        let support = stride(from: distribution.lowest, through: distribution.highest, by: 1)
        #expect(isClose(LogDomain.sum(support.map(distribution.logMass)), 0, within: 1e-12))
    }

    @Test("Mean and variance are those of the masses")
    func moments() throws {
        let distribution = HypergeometricDistribution(try stratum(30, 70, 40))
        let support = stride(from: distribution.lowest, through: distribution.highest, by: 1)
        let masses = support.map { (k: $0, p: Double.exp(distribution.logMass($0))) }
        let mean = masses.reduce(0) { $0 + $1.k * $1.p }
        let variance = masses.reduce(0) { $0 + ($1.k - mean) * ($1.k - mean) * $1.p }
        #expect(isClose(distribution.mean, mean, within: 1e-12))
        #expect(isClose(distribution.variance, variance, within: 1e-12))
    }

    private func stratum(_ draws: Int64, _ rest: Int64, _ successes: Int64) throws -> Stratum {
        let x1 = max(0, successes - rest)
        return try Stratum(x1: x1, n1: draws, x0: successes - x1, n0: rest)
    }
}

import RealModule
import Testing

@testable import Statistics

@Suite("Stratum")
struct StratumTests {
    @Test("Counts that are no 2×2 table are refused with the cohort that is wrong")
    func impossibleCounts() {
        #expect(throws: StratumError.badCountOutsideTotal(cohort: .canary, bad: 5, total: 4)) {
            try Stratum(x1: 5, n1: 4, x0: 0, n0: 1)
        }
        #expect(throws: StratumError.badCountOutsideTotal(cohort: .canary, bad: 0, total: -1)) {
            try Stratum(x1: 0, n1: -1, x0: 0, n0: 1)
        }
        #expect(throws: StratumError.badCountOutsideTotal(cohort: .stable, bad: -1, total: 1)) {
            try Stratum(x1: 0, n1: 4, x0: -1, n0: 1)
        }
    }

    static let uninformative: [(x1: Int64, n1: Int64, x0: Int64, n0: Int64)] = [
        (0, 0, 0, 0), (0, 0, 4, 1000), (3, 50, 0, 0), (0, 50, 0, 1000), (50, 50, 1000, 1000),
    ]

    @Test("A table that its margins fix is exactly no evidence", arguments: uninformative)
    func noEvidence(x1: Int64, n1: Int64, x0: Int64, n0: Int64) throws {
        let stratum = try Stratum(x1: x1, n1: n1, x0: x0, n0: n0)
        #expect(stratum.isUninformative)
        #expect(stratum.logEvidence(for: 1.7) == 0)
        #expect(stratum.logEvidence(for: 1.7, against: 1.2) == 0)
        #expect(stratum.logEvidenceLowerBound(for: 1.7) == 0)
        #expect(stratum.dispersion == nil)
    }

    @Test("Hoeffding's closed form never exceeds the exact evidence")
    func lowerBound() throws {
        for stratum in try StratumSamples(seed: 11).prefix(300) {
            for alternative in [0.3, 0.7, 1.1, 1.5, 2.5, 4.5] {
                let bound = stratum.logEvidenceLowerBound(for: alternative)
                #expect(bound <= stratum.logEvidence(for: alternative) + 1e-11, "\(stratum) at \(alternative)")
            }
        }
    }

    @Test("Exchanging the cohorts exchanges an odds ratio for its reciprocal")
    func swapSymmetry() throws {
        for stratum in try StratumSamples(seed: 12).prefix(300) {
            for (alternative, null) in [(1.5, 1.0), (0.4, 1.0), (2.5, 1.2)] {
                let here = stratum.logEvidence(for: alternative, against: null)
                let there = stratum.swapped.logEvidence(for: 1 / alternative, against: 1 / null)
                #expect(isClose(here, there, within: 1e-10), "\(stratum) at \(alternative) against \(null)")
            }
        }
    }

    @Test("Evidence has expectation one under its null, so its product is a martingale", arguments: [1.0, 1.3])
    func expectationUnderNull(null: Double) throws {
        let (n1, n0, bad): (Int64, Int64, Int64) = (12, 30, 9)
        let tables = try (0...bad).map { try Stratum(x1: $0, n1: n1, x0: bad - $0, n0: n0) }
        let distribution = HypergeometricDistribution(tables[0])
        let normaliser = distribution.logExpectation(ofPowersOf: null)
        let terms = tables.map { table in
            let x1 = Double(table.x1)
            let probability = distribution.logMass(x1) + x1 * .log(null) - normaliser
            return probability + table.logEvidence(for: 2.5, against: null)
        }
        #expect(isClose(LogDomain.sum(terms), 0, within: 1e-13))
    }
}

/// Informative strata of all shapes, drawn from a seed.
struct StratumSamples {
    let seed: UInt64

    func prefix(_ count: Int) throws -> [Stratum] {
        var random = SplitMix64(seed: seed)
        var strata: [Stratum] = []
        while strata.count < count {
            let n1 = Int64.random(in: 1...400, using: &random)
            let n0 = Int64.random(in: 1...4000, using: &random)
            let rate = random.unit() * random.unit()
            let x1 = random.binomial(trials: n1, p: rate)
            let x0 = random.binomial(trials: n0, p: rate)
            let stratum = try Stratum(x1: x1, n1: n1, x0: x0, n0: n0)
            if !stratum.isUninformative { strata.append(stratum) }
        }
        return strata
    }
}

import Foundation
import RolloutCore
import Statistics
import Testing

@Suite("Mirrored requests, counted in pairs")
struct PairTallyTests {
    private static func outcomes(_ counts: [(stable: Outcome, canary: Outcome, count: Int64)]) -> PairOutcomes {
        var outcomes = PairOutcomes()
        for entry in counts { outcomes[stable: entry.stable, canary: entry.canary] += entry.count }
        return outcomes
    }

    @Test(
        "A pair fails on the sides that failed their client; one that left before stable answered was failed by stable"
    )
    func failures() {
        let failures = Self.outcomes([
            (.success, .success, 90), (.success, .clientError, 3), (.clientError, .success, 2),
            (.success, .timeout, 4), (.clientError, .serverError, 1), (.connectFailure, .success, 5),
            (.serverError, .upstreamFailure, 6), (.clientAborted, .success, 7),
        ]).failures

        #expect(failures.neither == 95)
        #expect(failures.canaryOnly == 5)
        #expect(failures.stableOnly == 12)
        #expect(failures.both == 6)
        #expect(failures.total == 118)
    }

    @Test("Both sides' outcomes can be had from the pairs")
    func sides() {
        let outcomes = Self.outcomes([(.success, .success, 3), (.success, .timeout, 2), (.serverError, .success, 1)])
        var (canary, stable) = (OutcomeCounts(), OutcomeCounts())
        (canary[.success], canary[.timeout]) = (4, 2)
        (stable[.success], stable[.serverError]) = (5, 1)

        #expect(outcomes.canary == canary)
        #expect(outcomes.stable == stable)
        #expect(outcomes.total == 6)
    }

    @Test("A detail with pairs is stored and read back whole, and holds nothing that never happened")
    func document() throws {
        var pairs = PairTally(
            outcomes: Self.outcomes([(.success, .success, 3), (.success, .timeout, 2)]),
            abandoned: 4,
            dropped: 5
        )
        pairs.canaryLatency.record(microseconds: 1_000, count: 3)
        let detail = CohortDetail(pairs: pairs)

        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let bytes = try encoder.encode(detail)

        #expect(try JSONDecoder().decode(CohortDetail.self, from: bytes) == detail)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains(#""outcomes":{"success":{"success":3,"timeout":2}}"#), "\(text)")
        #expect(!text.contains("stableLatency"))
        #expect(try JSONDecoder().decode(CohortDetail.self, from: Data("{}".utf8)).pairs == nil)
    }

    @Test("Tallies merge in any order, and none with nothing is the other")
    func merging() {
        let one = PairTally(outcomes: Self.outcomes([(.success, .success, 3)]), abandoned: 1, dropped: 2)
        let other = PairTally(outcomes: Self.outcomes([(.timeout, .success, 4)]), dropped: 1)
        var (a, b, none) = (CohortDetail(pairs: one), CohortDetail(pairs: other), CohortDetail())
        a.merge(b)
        b.merge(CohortDetail(pairs: one))
        none.merge(CohortDetail(pairs: one))

        #expect(a == b)
        #expect(a.pairs?.outcomes.total == 7)
        #expect((a.pairs?.abandoned, a.pairs?.dropped) == (1, 3))
        #expect(none.pairs == one)
    }
}

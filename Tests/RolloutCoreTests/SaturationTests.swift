import RolloutCore
import Testing

@Suite("Requests that found no place")
struct SaturationTests {
    private static func tally(_ requests: Int64, away: Int64) -> CohortTally {
        var tally = CohortTally.fixture(requests: requests)
        tally.outcomes[.saturated] = away
        tally.assigned += away
        return tally
    }

    /// What the judge says of intervals in which so many were served and so many turned away, one generation each from 2 on.
    private static func assess(
        _ intervals: [(canary: (Int64, Int64), stable: (Int64, Int64))],
        since generation: Int64 = 2
    ) -> Assessment {
        let strata = intervals.enumerated().map { index, counts in
            EvidenceStratum.fixture(
                interval: index,
                generation: Int64(index + 2),
                canary: self.tally(counts.canary.0, away: counts.canary.1),
                stable: self.tally(counts.stable.0, away: counts.stable.1)
            )
        }
        let judge = Judge.folding([.healthy(interval: -1)] + strata, plan: .fixture(checks: [.errorRate()]))
        return judge.assess(afterIntervals: intervals.count, stepGeneration: generation)
    }

    @Test("They are no errors, nothing to compare, and no requests that were answered")
    func counts() {
        var counts = OutcomeCounts.fixture(requests: 10, errors: 1)
        counts[.saturated] = 5

        #expect(counts.total == 15 && counts.judged == 10 && counts.asked == 10 && counts.errors == 1)
    }

    @Test(
        "Too many is more than one in a hundred, and more than of stable's",
        arguments: [
            (canary: (100, 1), stable: (1_000, 0), isTooMuch: false),
            (canary: (98, 1), stable: (1_000, 0), isTooMuch: true),
            (canary: (90, 10), stable: (900, 100), isTooMuch: false),
            (canary: (89, 11), stable: (900, 100), isTooMuch: true),
            (canary: (0, 3), stable: (1_000, 0), isTooMuch: true),
        ] as [(canary: (Int64, Int64), stable: (Int64, Int64), isTooMuch: Bool)]
    )
    func share(canary: (Int64, Int64), stable: (Int64, Int64), isTooMuch: Bool) {
        let saturation = Self.assess([(canary, stable)]).saturation

        #expect(saturation?.canaryTurnedAway == canary.1)
        #expect(saturation?.isTooMuch == isTooMuch, "\(String(describing: saturation))")
    }

    @Test("Only the present step counts, and where nothing is turned away nothing is said")
    func step() {
        let intervals: [(canary: (Int64, Int64), stable: (Int64, Int64))] = [
            ((50, 50), (900, 0)), ((100, 0), (900, 50)),
        ]

        #expect(Self.assess(intervals, since: 2).saturation?.canaryTurnedAway == 50)
        #expect(Self.assess(intervals, since: 3).saturation == nil)
    }

    @Test("A canary that can't take its share is not advanced, but not blamed either", arguments: [false, true])
    func hold(isTooMuch: Bool) {
        let saturation = SaturationAssessment(
            canaryTurnedAway: 60,
            canaryRequests: 5_000,
            stableTurnedAway: 0,
            stableRequests: 95_000,
            isTooMuch: isTooMuch
        )
        let finding = RolloutPolicy.find(
            .fixture(state: .running(.progressing(step: 0))),
            .fixture(saturation: saturation)
        )

        #expect(finding.decision == (isTooMuch ? .hold : .promote), "\(finding.reason)")
    }
}

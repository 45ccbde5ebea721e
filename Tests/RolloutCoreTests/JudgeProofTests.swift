import RolloutCore
import Testing

@Suite("What proves that a canary may be promoted")
struct JudgeProofTests {
    private static func strata(_ intervals: Range<Int>, generation: Int64, canaryErrors: Int64) -> [EvidenceStratum] {
        intervals.map { interval in
            EvidenceStratum.fixture(
                interval: interval,
                generation: generation,
                canary: .fixture(requests: 200, errors: canaryErrors),
                stable: .fixture(requests: 3_800)
            )
        }
    }

    private static func verdict(_ strata: [EvidenceStratum]) -> Verdict {
        Judge.folding(strata, plan: .fixture(checks: [.errorRate()])).assess(afterIntervals: strata.count).checks[0]
            .verdict
    }

    @Test("What was shown at one weight is not shown at the next")
    func everyStepAnew() {
        let first = Self.strata(0..<20, generation: 1, canaryErrors: 0)

        #expect(Self.verdict(first) == .pass)
        #expect(Self.verdict(first + Self.strata(20..<21, generation: 2, canaryErrors: 0)) == .inconclusive)
        #expect(Self.verdict(first + Self.strata(20..<40, generation: 2, canaryErrors: 0)) == .pass)
    }

    @Test("A proof that is lost again is none")
    func notLatched() {
        // One error a stratum is 0.5 %: no loss that could be proven soon, but no longer less than the acceptable share.
        let good = Self.strata(0..<7, generation: 1, canaryErrors: 0)
        let worse = Self.strata(7..<13, generation: 1, canaryErrors: 2)

        #expect(Self.verdict(good) == .pass)
        #expect(Self.verdict(good + worse) != .pass)
    }

    @Test("A canary that hangs is failed because its clients leave, though it answers the others well")
    func clientsLeave() {
        let strata = (0..<30).map { interval in
            var canary = CohortTally.fixture(requests: 80)
            canary.outcomes[.clientAborted] = 20
            canary.assigned = 100
            return EvidenceStratum.fixture(interval: interval, canary: canary, stable: .fixture(requests: 1_900))
        }

        let checks = Judge.folding(strata, plan: .fixture(checks: Check.defaults)).assess(afterIntervals: 30).checks

        #expect(checks.first { $0.metric == "clientAborts" }?.verdict == .fail)
        #expect(checks.first { $0.metric == "errorRate" }?.verdict == .pass)
    }

    @Test("A loss that begins late is not averaged away over the good hours before it")
    func lateLoss() {
        let strata =
            Self.strata(0..<2_000, generation: 1, canaryErrors: 0)
            + Self.strata(2_000..<2_040, generation: 1, canaryErrors: 4)

        #expect(Self.verdict(strata) == .fail)
    }

    @Test("While evidence is waiting a loss acts, and nothing else does")
    func catchingUp() {
        let rollout = Rollout.fixture(state: .running(.warming))
        let good = Judge.folding(Self.strata(0..<20, generation: 1, canaryErrors: 0), plan: rollout.plan)
            .assess(afterIntervals: 20)
        let bad = Judge.folding(Self.strata(0..<20, generation: 1, canaryErrors: 100), plan: rollout.plan)
            .assess(afterIntervals: 20)

        #expect(RolloutPolicy.find(rollout, good).decision == .advance)
        #expect(RolloutPolicy.find(rollout, good, isCatchingUp: true).decision == .hold)
        #expect(RolloutPolicy.find(rollout, bad, isCatchingUp: true).decision == .rollBack)
    }

    @Test("What happened while nobody could look is not missing")
    func outage() {
        let judge = Judge.folding(Self.strata(0..<3, generation: 1, canaryErrors: 0), plan: .fixture())
        let (now, recent) = (moment(ofInterval: 100), RecentEvidence())

        let unwatched = judge.assess(
            now: now,
            recent: recent,
            stepGeneration: 1,
            rolloutStart: origin,
            watchedSince: moment(ofInterval: 99)
        )
        let watched = judge.assess(now: now, recent: recent, stepGeneration: 1, rolloutStart: origin)

        #expect(unwatched.noDataSince == nil)
        #expect(watched.noDataSince == moment(ofInterval: 3))
    }
}

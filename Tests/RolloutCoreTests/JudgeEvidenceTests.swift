import RolloutCore
import Statistics
import Testing

@Suite("What counts as evidence")
struct JudgeEvidenceTests {
    static let warm = RolloutPlan.fixture(warmUp: .init(seconds: 30, requests: 250))

    @Test("The warm-up lasts its seconds and its requests, and none of it is judged")
    func warmUp() {
        var judge = Judge(plan: Self.warm)
        for interval in 0..<3 {
            #expect(!judge.assess(afterIntervals: interval).isWarmedUp)
            judge.fold(
                .fixture(
                    interval: interval,
                    canary: .fixture(requests: 100, errors: 100),
                    stable: .fixture(requests: 1_900)
                )
            )
        }
        let warm = judge.assess(afterIntervals: 3)
        judge.fold(.healthy(interval: 3))
        let judged = judge.assess(afterIntervals: 4)

        #expect(warm.isWarmedUp)
        #expect(warm.checks.map(\.verdict) == [.noData, .noData])
        #expect(warm.canaryRequests == 300)
        #expect(warm.stepRequests == 0)
        #expect(judged.checks.map(\.canary.requests) == [100, 100])
        #expect(judged.checks.map(\.canary.errors) == [1, 1])
        #expect(judged.stepRequests == 100)
    }

    @Test("Before the warm-up ends every check says so")
    func warmingVerdict() {
        let judge = Judge.folding([.healthy(interval: 0)], plan: Self.warm)

        #expect(judge.assess(afterIntervals: 1).checks.map(\.verdict) == [.warming, .warming])
        #expect(judge.hasCanaryAnswered)
        #expect(!Judge(plan: Self.warm).hasCanaryAnswered)
    }

    @Test("The warm-up begins with the canary's first request, not with stable's")
    func warmUpBegins() {
        let stableOnly = (0..<10).map { EvidenceStratum.fixture(interval: $0, stable: .fixture(requests: 1_900)) }
        let judge = Judge.folding(
            stableOnly + [.healthy(interval: 10)],
            plan: .fixture(warmUp: .init(seconds: 20, requests: 0))
        )

        #expect(!judge.assess(afterIntervals: 11).isWarmedUp)
    }

    @Test("Cells of the warm-up that arrive after it are not judged either")
    func lateWarmUp() {
        var judge = Judge.folding((0..<4).map { .healthy(interval: $0) }, plan: Self.warm)
        let before = judge.assess(afterIntervals: 4)
        judge.fold(
            .fixture(interval: 1, tick: 5, canary: .fixture(requests: 50, errors: 50), stable: .fixture(requests: 950))
        )
        let after = judge.assess(afterIntervals: 5)

        #expect(after.checks.map(\.canary) == before.checks.map(\.canary))
        #expect(after.checks.map(\.harm) == before.checks.map(\.harm))
        #expect(after.canaryRequests == before.canaryRequests + 50)
    }

    @Test("A late stratum is judged on its own, whichever tick it came with")
    func lateStratum() {
        let late = EvidenceStratum.fixture(
            interval: 2,
            tick: 6,
            canary: .fixture(requests: 10, errors: 3),
            stable: .fixture(requests: 190, errors: 2)
        )
        var judge = Judge.folding((0..<5).map { .healthy(interval: $0) }, plan: .fixture())
        judge.fold(late)

        let found = judge.assess(afterIntervals: 6)

        #expect(found.checks[0].canary.requests == 410)
        #expect(found.checks[0].canary.errors == 7)
        #expect(found.stepRequests == 410)
        #expect(found.tick == 6)
    }

    @Test("A stratum with forgotten requests is evidence for nothing, and the data counts as missing for a while")
    func dropped() {
        var strata = (0..<5).map { EvidenceStratum.healthy(interval: $0) }
        let clean = Judge.folding(strata, plan: .fixture()).assess(afterIntervals: 5)
        strata.append(
            .fixture(
                interval: 5,
                canary: .fixture(requests: 100, errors: 100),
                stable: .fixture(requests: 1_900),
                dropped: 7
            )
        )
        let judge = Judge.folding(strata, plan: .fixture())
        let found = judge.assess(afterIntervals: 6)
        let later = Judge.folding(strata + (6..<10).map { .healthy(interval: $0) }, plan: .fixture()).assess(
            afterIntervals: 10
        )

        #expect(found.checks.map(\.harm) == clean.checks.map(\.harm))
        #expect(found.checks.map(\.canary) == clean.checks.map(\.canary))
        #expect(found.sampleRatio.level == clean.sampleRatio.level)
        #expect(found.droppedRequests == 7)
        #expect(found.noDataSince == moment(ofInterval: 6))
        #expect(found.checks.map(\.verdict) == [.noData, .noData])
        #expect(later.noDataSince == nil)
    }

    @Test("Data that goes on being dropped is missing since the first drop")
    func droppedForLong() {
        let strata = (0..<60).map { EvidenceStratum.healthy(interval: $0, dropped: $0.isMultiple(of: 3) ? 1 : 0) }

        #expect(Judge.folding(strata, plan: .fixture()).assess(afterIntervals: 60).noDataSince == moment(ofInterval: 1))
    }

    @Test("A canary without requests is without data since its last one, or since the rollout began")
    func silence() {
        let judge = Judge.folding((0..<5).map { .healthy(interval: $0) }, plan: .fixture())

        #expect(judge.assess(afterIntervals: 8).noDataSince == nil)
        #expect(judge.assess(afterIntervals: 9).noDataSince == moment(ofInterval: 5))
        #expect(judge.assess(afterIntervals: 9).checks.map(\.verdict) == [.noData, .noData])
        #expect(Judge(plan: .fixture()).assess(afterIntervals: 3).noDataSince == nil)
        #expect(Judge(plan: .fixture()).assess(afterIntervals: 4).noDataSince == origin)
    }

    @Test("One cohort alone gives no verdict, however bad or good it looks", arguments: [0, 100] as [Int64])
    func oneCohort(errors: Int64) {
        let canary = (0..<200).map {
            EvidenceStratum.fixture(
                interval: $0,
                weight: basisPoints(9_999),
                canary: .fixture(requests: 100, errors: errors)
            )
        }
        let stable = (0..<200).map {
            EvidenceStratum.fixture(
                interval: $0,
                weight: basisPoints(1),
                canary: $0 == 0 ? .fixture(requests: 1) : .init(),
                stable: .fixture(requests: 100, errors: errors)
            )
        }

        for strata in [canary, stable] {
            let found = Judge.folding(strata, plan: .fixture(assignment: .header("x"))).assess(afterIntervals: 200)
            #expect(found.checks.map(\.verdict) == [.noData, .noData])
        }
    }

    @Test("Requests of earlier steps don't count for the present one")
    func stepRequests() {
        let strata = (0..<10).map { interval in
            EvidenceStratum.fixture(
                interval: interval,
                generation: interval < 6 ? 1 : 2,
                canary: .fixture(requests: 100),
                stable: .fixture(requests: 1_900)
            )
        }
        let judge = Judge.folding(strata, plan: .fixture())

        #expect(judge.assess(afterIntervals: 10, stepGeneration: 1).stepRequests == 900)
        #expect(judge.assess(afterIntervals: 10, stepGeneration: 2).stepRequests == 400)
        #expect(judge.assess(afterIntervals: 10, stepGeneration: 3).stepRequests == 0)
    }

    @Test("A split that is not the routed one is an error for every check, and holds the rollout")
    func sampleRatio() {
        let strata = (0..<20).map {
            EvidenceStratum.fixture(
                interval: $0,
                canary: .fixture(requests: 200, errors: 150),
                stable: .fixture(requests: 1_800)
            )
        }
        let found = Judge.folding(strata, plan: .fixture()).assess(afterIntervals: 20)
        let sticky = Judge.folding(strata, plan: .fixture(assignment: .cookie("session"))).assess(afterIntervals: 20)

        #expect(found.sampleRatio.verdict == .error)
        #expect(found.checks.map(\.verdict) == [.error, .error])
        #expect(found.errorSince != nil)
        #expect(RolloutPolicy.find(.fixture(state: .running(.progressing(step: 0))), found).decision == .hold)
        #expect(sticky.sampleRatio.verdict == .noData)
        #expect(sticky.errorSince == nil)
        #expect(sticky.checks.map(\.verdict).contains(.fail))
    }

    @Test("A canary so slow that most of its requests have not ended yet is no mismatch")
    func unfinishedRequests() {
        let strata = (0..<20).map { interval in
            var canary = CohortTally.fixture(requests: 50)
            canary.assigned = 100
            return EvidenceStratum.fixture(interval: interval, canary: canary, stable: .fixture(requests: 1_900))
        }

        #expect(Judge.folding(strata, plan: .fixture()).assess(afterIntervals: 20).sampleRatio.verdict == .pass)
    }

    @Test("The split of a routed share is no mismatch, also when the share changes")
    func soundRatio() {
        let strata = (0..<40).map { interval in
            interval < 20
                ? EvidenceStratum.healthy(interval: interval)
                : .fixture(
                    interval: interval,
                    generation: 2,
                    weight: basisPoints(5_000),
                    canary: .fixture(requests: 1_000),
                    stable: .fixture(requests: 1_000)
                )
        }

        #expect(Judge.folding(strata, plan: .fixture()).assess(afterIntervals: 40).sampleRatio.verdict == .pass)
    }

    @Test("A decision is replayed exactly from the strata up to its tick")
    func replay() {
        var simulator = TrafficSimulator(seed: 11, plan: .fixture())
        var seen: [Assessment] = []
        for _ in 0..<12 {
            simulator.run(1, .init(canaryErrors: 0.05))
            seen.append(simulator.assessment)
        }

        for assessment in seen {
            let strata = simulator.strata.filter { $0.tick <= assessment.tick }.sorted(by: EvidenceStratum.precedes)
            let again = Judge.folding(strata, plan: .fixture()).assess(afterIntervals: strata.count)
            #expect(again == assessment)
        }
    }
}

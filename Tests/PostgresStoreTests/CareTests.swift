import Foundation
import PostgresClient
import RolloutCore
import RolloutEngine
import Testing

@testable import PostgresStore

@Suite("Care for the clients of a canary")
struct CareTests {
    private static func pinned(_ version: String, _ counts: [Outcome: Int64]) -> PinnedTally {
        var outcomes = OutcomeCounts()
        for (outcome, count) in counts { outcomes[outcome] = count }
        return PinnedTally(model: Workbench.model, version: versionName(version), outcomes: outcomes)
    }

    private static func window(_ sequence: Int64, at time: Timestamp, _ pinned: [PinnedTally]) -> TelemetryWindow {
        TelemetryWindow(
            replica: "gateway-1",
            sequence: sequence,
            start: time,
            end: time,
            droppedRequests: 0,
            cells: [],
            pinned: pinned
        )
    }

    @Test("A gateway's snapshot has the rescue of the open rollout's plan, and other versions for pins, newest first")
    func routes() throws {
        try Workbench.with { bench in
            let rule = RescueRule(afterMilliseconds: 2_000)
            var plan = RolloutPlan.quick()
            plan.rescue = rule
            try bench.createModel()
            try bench.register("1")
            let feed = bench.feed()
            let alone = try #require(try feed.next(after: nil, timeout: .zero)?.routes.first)
            #expect(alone.rescue == nil)
            #expect(alone.pinTargets == nil)

            try bench.register("2", plan: plan)
            try bench.register("3")
            let before = try #require(try feed.next(after: nil, timeout: .zero))
            try bench.register("4")
            let after = try #require(try feed.next(after: before.generation, timeout: .seconds(10)))
            let route = try #require(after.routes.first)

            #expect(route.rescue == rule)
            #expect(route.pinTargets == [PinTarget(try .fixture("4")), PinTarget(try .fixture("3"))])
            // The evidence of the open rollout isn't split by a version that only waits.
            #expect(route.generation == before.routes.first?.generation)
            #expect(route.arms == before.routes.first?.arms)
        }
    }

    @Test("Of very many versions the newest can be pinned")
    func manyVersions() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            try bench.register("2")
            for number in 3...(PinTarget.limit + 5) { try bench.register("\(number)") }
            let route = try #require(try bench.feed().next(after: nil, timeout: .zero)?.routes.first)

            #expect(route.pinTargets?.map(\.version.text) == (6...(PinTarget.limit + 5)).reversed().map { "\($0)" })
        }
    }

    @Test("Pinned requests are added up by day, once however often their window is written")
    func pinnedRequests() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            let now = try bench.now()
            let first = Self.window(1, at: now, [Self.pinned("1", [.success: 2]), Self.pinned("9", [.timeout: 1])])
            try bench.writer.write(first)
            try bench.writer.write(first)
            try bench.writer.write(Self.window(2, at: now, [Self.pinned("1", [.success: 1, .serverError: 4])]))
            let old = now.adding(seconds: -3 * 86_400)
            try bench.writer.write(Self.window(3, at: old, [Self.pinned("1", [.success: 50])]))

            func since(_ days: Double) throws -> [PinnedTally] {
                try bench.store.read {
                    try $0.pinnedRequests(of: Workbench.model, since: now.adding(seconds: -days * 86_400))
                }
            }
            #expect(
                try since(1) == [Self.pinned("1", [.success: 3, .serverError: 4]), Self.pinned("9", [.timeout: 1])]
            )
            #expect(
                try since(6) == [Self.pinned("1", [.success: 53, .serverError: 4]), Self.pinned("9", [.timeout: 1])]
            )
            #expect(try bench.store.read { try $0.traffic(of: Workbench.model, since: now.adding(seconds: -60)) } == [])
        }
    }

    @Test("What rescues came to is told while it waits for judgement and after it, once")
    func rescues() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let detail = CohortDetail(rescues: RescueTally(repeated: 3, saved: 2, missed: 1, addedMicroseconds: 700))
            var tally = CohortTally(detail: detail)
            tally.outcomes[.serverError] = 4
            try bench.observe(rollout, secondsBack: 30...31, canary: tally, stable: tally)
            let expected = RescueTally(repeated: 6, saved: 4, missed: 2, addedMicroseconds: 1_400)

            #expect(try bench.store.read { try $0.rescues(of: rollout.id) } == expected)
            _ = try bench.loop().tick()
            #expect(try bench.rollout(rollout.id).tick > 0)
            #expect(try bench.store.read { try $0.rescues(of: rollout.id) } == expected)
            #expect(try bench.store.read { try $0.rescues(of: RolloutID(99)) } == RescueTally())
        }
    }

    @Test(
        "Feedback about a request that judges no version is refused with the reason, and never kept",
        arguments: [RequestStamp.Standing.pinned, .substituted, .late]
    )
    func feedback(standing: RequestStamp.Standing) throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let key = try bench.stampKey().hash
            let stamp = RequestStamp(
                standing: standing,
                generation: rollout.stepGeneration,
                milliseconds: try bench.now().microseconds / 1_000,
                unique: 7
            )
            let item = Feedback(
                reference: .request(stamp.text(signedWith: key), row: 0),
                label: .category("a"),
                prediction: Prediction(value: .category("a"))
            )
            let commands = FeedbackCommands(store: PostgresFeedbackStore(pool: bench.pool))
            let outcome = try #require(try commands.record([item], model: Workbench.model).first)

            #expect(outcome.result == .notJudged)
            #expect(outcome.reason?.isEmpty == false)
            let totals = try bench.store.read { try $0.feedbackTotals(of: Workbench.model, since: $0.now) }
            #expect(totals == FeedbackTotals(counts: [.notJudged: 1], pending: 0, waiting: 0))
        }
    }
}

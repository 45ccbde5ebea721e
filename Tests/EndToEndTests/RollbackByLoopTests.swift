import ControlWire
import RolloutCore
import Testing

extension EndToEnd {
    @Suite("Rollback by the loop")
    struct RollbackByLoopTests {
        @Test("A canary that errs on 20 % of its requests is failed by the check on errors, and stable serves on")
        func errors() async throws {
            try await Scenario.run { scenario in
                let story = try await Story(
                    scenario,
                    canary: scenario.startModel("v2", errorRate: 0.2),
                    plan: Plans.quick(hardStop: false)
                )
                let ended = try await story.control.awaitPhase("rolledBack", of: story.rollout)
                #expect(ended.state.cause == "check")
                #expect(
                    ended.finding?.reason.contains("errorRate") == true,
                    "\(String(describing: ended.finding?.reason))"
                )
                try await story.expectCanaryFailed()
                // The canary's own errors are its clients' errors; there is none beyond those.
                let report = try await story.load.stop()
                let failed = try await story.canary.counts().failed
                #expect(report.statuses[500] ?? 0 == failed)
                #expect(report.bad == failed, "\(report)")
            }
        }

        @Test("A canary slower than stable by 150 ms is failed by the check on latency and never promoted")
        func latency() async throws {
            try await Scenario.run { scenario in
                let story = try await Story(
                    scenario,
                    canary: scenario.startModel("v2", delayMilliseconds: 150),
                    plan: Plans.quick()
                )
                let ended = try await story.control.awaitPhase("rolledBack", of: story.rollout)
                #expect(ended.state.cause == "check")
                #expect(
                    ended.finding?.reason.contains("latency") == true,
                    "\(String(describing: ended.finding?.reason))"
                )
                let decisions = try await story.control.decisions(of: story.rollout)
                #expect(!decisions.contains { $0.kind == .promote })
                try await story.expectCanaryFailed()
                let report = try await story.load.stop()
                #expect(report.bad == 0, "\(report)")
            }
        }

        @Test("A canary whose server is dead is stopped hard, and no client sees an error: stable answers in its place")
        func deadUpstream() async throws {
            try await Scenario.run { scenario in
                let canary = try await scenario.startModel("v2")
                canary.process.end()
                let story = try await Story(scenario, canary: canary, plan: Plans.quick())
                let ended = try await story.control.awaitPhase("rolledBack", of: story.rollout)
                #expect(ended.state.cause == "hardStop")
                try await story.expectCanaryFailed()
                let report = try await story.load.stop()
                #expect(report.statuses == [200: report.answered], "\(report)")
                #expect(report.failures == [:])
                #expect(Set(report.versions.keys) == ["v1"])
            }
        }

        @Test("A canary that dies in mid-rollout is stopped hard; only requests it was working on may fail")
        func dyingUpstream() async throws {
            try await Scenario.run { scenario in
                let canary = try await scenario.startModel("v2")
                let story = try await Story(
                    scenario,
                    canary: canary,
                    plan: Plans.open.replacing(#""hardStop":null,"#, with: "")
                )
                try await story.control.awaitPhase("progressing", of: story.rollout)
                canary.process.end()
                let ended = try await story.control.awaitPhase("rolledBack", of: story.rollout)
                #expect(ended.state.cause == "hardStop")
                try await story.expectCanaryFailed()
                let report = try await story.load.stop()
                #expect(report.bad <= 4, "four clients had at most one request each with the canary: \(report)")
                #expect(report.failures == [:], "the gateway answers for the canary: \(report)")
            }
        }
    }
}

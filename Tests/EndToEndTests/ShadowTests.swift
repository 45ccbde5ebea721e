import ControlWire
import RolloutCore
import Testing

extension EndToEnd {
    @Suite("A rollout that begins with mirrored requests")
    struct ShadowTests {
        /// Mirrors half of the requests, then gives the canary half of them.
        private static let plan = """
            {"steps":[{"weight":0,"mirror":5000},{"weight":5000}],"baseline":true,"intervalSeconds":1,"bakeSeconds":1,"minimumRequests":100,\
            "deadlineSeconds":600,"warmUp":{"seconds":1,"requests":10},"promotion":"noViolation","hardStop":null,\
            "checks":[{"metric":"errorRate","acceptableShare":0.05}]}
            """

        @Test("A good canary answers no client until pairs have shown nothing against it, then goes on to be stable")
        func goesOn() async throws {
            try await Scenario.run { scenario in
                let story = try await Story(scenario, canary: scenario.startModel("v2"), plan: Self.plan)

                let ended = try await story.control.awaitPhase("promoted", of: story.rollout)

                let strata = try await story.control.evidence(of: story.rollout).strata.map(EvidenceStratum.init)
                let shadow = strata.filter { $0.canaryWeight == .zero }
                let split = strata.filter { $0.canaryWeight > .zero }
                let pairs = shadow.reduce(0) { $0 + ($1.canary.detail.pairs?.outcomes.total ?? 0) }
                #expect(pairs >= 100)
                #expect(shadow.allSatisfy { $0.canary.assigned == 0 && $0.rest == nil })
                #expect(split.allSatisfy { $0.baselineWeight == $0.canaryWeight })
                #expect(split.contains { $0.stable.assigned > 0 && $0.canary.assigned > 0 })
                #expect(ended.finding?.assessment.mirrored?.canaryFailedAlone == 0)
                let report = try await story.load.stop()
                #expect(report.statuses.filter { $0.key >= 500 } == [:], "\(report)")
                #expect(report.failures == [:])
            }
        }

        @Test("A canary that errs is failed by its pairs, and no client ever sees it")
        func shields() async throws {
            try await Scenario.run { scenario in
                let story = try await Story(
                    scenario,
                    canary: scenario.startModel("v2", errorRate: 0.3),
                    plan: Self.plan
                )

                let ended = try await story.control.awaitPhase("rolledBack", of: story.rollout)

                #expect(ended.state.cause == "check")
                #expect(
                    ended.finding?.reason.contains("mirrored requests") == true,
                    "\(String(describing: ended.finding?.reason))"
                )
                try await story.expectCanaryFailed()
                let report = try await story.load.stop()
                #expect(report.statuses == [200: report.answered], "\(report)")
                #expect(Set(report.versions.keys) == ["v1"])
            }
        }
    }
}

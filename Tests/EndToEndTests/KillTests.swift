import ControlWire
import Glibc
import RolloutCore
import Testing

extension EndToEnd {
    @Suite("Processes killed in mid-rollout")
    struct KillTests {
        @Test("kill -9 of the service: after a restart the same rollout goes on, no decision lost or doubled")
        func service() async throws {
            try await Scenario.run { scenario in
                let story = try await Story(
                    scenario,
                    canary: scenario.startModel("v2"),
                    plan: Plans.quick(bakeSeconds: 6),
                    perSecond: 500
                )
                let control = story.control
                try await control.awaitPhase("progressing", of: story.rollout)
                let before = try await control.decisions(of: story.rollout)

                story.service.process.send(SIGKILL)
                #expect(try await story.service.process.waitForEnd() == .signal(SIGKILL))
                let killed = ContinuousClock.now
                _ = try await scenario.restart(story.service)
                Measured.show(
                    "answering again \((ContinuousClock.now - killed).milliseconds) ms after kill -9 of the service"
                )

                let open = try await control.rollout(story.rollout)
                #expect(open.state.phase == "progressing")
                #expect(open.canary.text == "v2")
                try await control.awaitPhase("promoted", of: story.rollout)
                let decisions = try await control.decisions(of: story.rollout)
                #expect(Array(decisions.prefix(before.count)) == before, "what was decided stays as it was")
                #expect(decisions.map(\.sequence) == (1...Int64(decisions.count)).map { $0 })
                #expect(decisions.count { $0.kind == .start } == 1)
                #expect(decisions.count { $0.kind == .promote } == 1)
                #expect(try await control.rollouts().count == 1)

                let report = try await story.load.stop()
                #expect(report.statuses == [200: report.answered], "only connections were lost: \(report)")
                // What the killed process had counted and not yet written is lost; nothing is counted twice.
                let served = try await story.stable.counts().total + story.canary.counts().total
                let probe = try story.service.embeddedDatabase()
                let counted = try await eventually("the last second is written", within: 5) { () -> Int64? in
                    let counted = try await probe.countedRequests()
                    return counted > Int64(served) - 1_000 ? counted : nil
                }
                #expect(counted <= Int64(served))
            }
        }

        @Test(
            "kill -9 of the embedded PostgreSQL: it is started again, no client sees an error, every request is counted once"
        )
        func database() async throws {
            try await Scenario.run { scenario in
                let story = try await Story(
                    scenario,
                    canary: scenario.startModel("v2"),
                    plan: Plans.quick(bakeSeconds: 6),
                    perSecond: 500
                )
                let control = story.control
                try await control.awaitPhase("progressing", of: story.rollout)
                let postmaster = try story.service.postmaster()
                kill(postmaster, SIGKILL)
                let killed = ContinuousClock.now
                try await eventually("PostgreSQL is back") {
                    try story.service.postmaster() != postmaster
                        ? try await control.answer("GET", "/readyz").status == 200 : false
                }
                Measured.show(
                    "ready again \((ContinuousClock.now - killed).milliseconds) ms after kill -9 of PostgreSQL"
                )
                try await control.awaitPhase("promoted", of: story.rollout)
                let report = try await story.load.stop()
                #expect(report.bad == 0, "\(report)")
                let probe = try story.service.embeddedDatabase()
                try await probe.awaitCounted(report.answered)
                #expect(try await probe.droppedRequests() == 0)
                let decisions = try await control.decisions(of: story.rollout)
                #expect(decisions.map(\.sequence) == (1...Int64(decisions.count)).map { $0 })
                #expect(decisions.count { $0.kind == .promote } == 1)
            }
        }
    }
}

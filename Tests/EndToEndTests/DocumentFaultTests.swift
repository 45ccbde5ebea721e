import ControlWire
import PostgresClient
import RolloutCore
import TestSupport
import Testing

extension EndToEnd {
    /// The faults of the documents' own example, which decides by the mean runtime of 1 000 calls.
    @Suite("What the documents' example gets wrong")
    struct DocumentFaultTests {
        /// Their rule: promote when nothing was violated, and the mean runtime is a threshold.
        private static let theirRule = """
            {"steps":[{"weight":5000}],"intervalSeconds":1,"bakeSeconds":6,"minimumRequests":100,"deadlineSeconds":600,\
            "warmUp":{"seconds":1,"requests":10},"promotion":"noViolation","hardStop":null,\
            "stableGuard":{"holdSeconds":3},"limits":[{"metric":"meanLatency","above":100,"forSeconds":2,"minimumRequests":20}],\
            "checks":[{"metric":"errorRate","acceptableShare":0.05}]}
            """

        @Test(
            "It judges the test version by the stable version's rows: here a slow canary beside a fast stable is never promoted"
        )
        func slowCanaryBesideFastStable() async throws {
            try await Scenario.run { scenario in
                let story = try await Story(
                    scenario,
                    canary: scenario.startModel("v2", delayMilliseconds: 200),
                    plan: Self.theirRule,
                    clients: 8
                )
                let ended = try await story.control.awaitPhase("rolledBack", of: story.rollout)
                #expect(ended.state.cause == "limit", "\(String(describing: ended.finding?.reason))")
                #expect(!(try await story.control.decisions(of: story.rollout)).contains { $0.kind == .promote })
                try await story.expectCanaryFailed()
                try await story.load.stop()
            }
        }

        @Test(
            "It would keep a fast canary for a slow stable: here the canary's own numbers count as well, and it is promoted"
        )
        func fastCanaryBesideSlowStable() async throws {
            try await Scenario.run { scenario in
                let canary = try await scenario.startModel("v2")
                let stable = try await scenario.startModel("v1", delayMilliseconds: 200)
                let service = try await scenario.serve()
                try await service.control.createModel()
                try await service.control.register("v1", at: stable.port)
                let load = LoadGenerator(port: service.gatewayPort, clients: 24, perSecond: 200)
                let registered = try await service.control.register("v2", at: canary.port, plan: Self.theirRule)
                try await service.control.awaitPhase("promoted", of: try #require(registered.rollout).id)
                let report = try await load.stop()
                #expect(report.bad == 0, "\(report)")
            }
        }

        @Test(
            "It opens connections and reads all rows for every request: here rows and connections don't grow with the requests"
        )
        func databaseOffTheRequestPath() async throws {
            try await TestDatabase.withDatabase { url in
                try await Scenario.run { scenario in
                    let probe = DatabaseProbe(url: url)
                    let service = try await scenario.serve(databaseURL: url, migrates: true)
                    let story = try await Story(
                        scenario,
                        canary: scenario.startModel("v2"),
                        plan: Plans.open,
                        service: service,
                        perSecond: 50
                    )
                    try await story.control.awaitPhase("progressing", of: story.rollout, within: 60)
                    let slow = try await self.rowsPerSecond(probe, story.load)
                    try await story.load.stop()
                    let load = LoadGenerator(port: service.gatewayPort, clients: 32)
                    let fast = try await self.rowsPerSecond(probe, load)
                    #expect(try await probe.number(Self.connections) <= 20)
                    let report = try await load.stop()
                    #expect(report.bad == 0, "\(report)")
                    Measured.show(
                        "\(slow.rows) rows/s at \(slow.requests) requests/s, \(fast.rows) rows/s at \(fast.requests) requests/s"
                    )
                    #expect(fast.requests > slow.requests * 4)
                    // A window and a cell for each of two versions, once a second.
                    #expect(fast.rows <= 4)
                }
            }
        }

        private static let connections = PostgresStatement(
            "connections",
            "SELECT count(*) AS number FROM pg_stat_activity WHERE datname = current_database()"
        )

        private func rowsPerSecond(_ probe: DatabaseProbe, _ load: LoadGenerator) async throws -> (
            rows: Double, requests: Double
        ) {
            let (start, rows, requests) = (ContinuousClock.now, try await probe.telemetryRows(), load.report.answered)
            try await Task.sleep(for: .seconds(4))
            let seconds = (ContinuousClock.now - start).milliseconds / 1_000
            return (
                (Double(try await probe.telemetryRows() - rows) / seconds * 10).rounded() / 10,
                (Double(load.report.answered - requests) / seconds).rounded()
            )
        }
    }
}

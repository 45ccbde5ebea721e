import ControlWire
import Foundation
import RolloutCore
import Testing

extension EndToEnd {
    @Suite("The database away, under load")
    struct DatabaseAwayTests {
        enum Absence: String, CaseIterable, Sendable {
            /// PostgreSQL is shut down: connecting is refused.
            case refusing
            /// Its processes are stopped: connections stay open and nothing answers.
            case silent

            /// Silence is longer than the 12 s that we wait for any answer, so transactions fail in doubt and are tried again.
            var seconds: Double {
                switch self {
                case .refusing: 20
                case .silent: 14
                }
            }
        }

        @Test(
            "For 14 to 20 s: no client sees an error, nothing is decided, health answers, rollback is refused; then every request is counted once",
            arguments: Absence.allCases
        )
        func away(_ absence: Absence) async throws {
            try await Scenario.run { scenario in
                let database = try await scenario.startDatabase()
                let service = try await scenario.serve(databaseURL: database.url, migrates: true)
                let story = try await Story(
                    scenario,
                    canary: scenario.startModel("v2"),
                    plan: Plans.quick(bakeSeconds: 8),
                    service: service,
                    perSecond: 200
                )
                let control = story.control
                try await control.awaitPhase("progressing", of: story.rollout)
                let before = try await control.decisions(of: story.rollout)

                let began = ContinuousClock.now
                switch absence {
                case .refusing: try await database.stop()
                case .silent: try database.stall()
                }
                try await self.expectAliveWithoutDatabase(control, story.rollout)
                let answeredBefore = story.load.report.answered
                try await Task.sleep(until: began.advanced(by: .seconds(absence.seconds)), clock: .continuous)
                #expect(story.load.report.answered > answeredBefore + 500, "requests go on being answered")
                let back = Date()
                switch absence {
                case .refusing: try await database.start()
                case .silent: database.resume()
                }

                try await control.awaitPhase("promoted", of: story.rollout)
                let report = try await story.load.stop()
                #expect(report.bad == 0, "\(report)")
                let probe = database.probe
                try await probe.awaitCounted(report.answered)
                #expect(try await probe.droppedRequests() == 0)
                let decisions = try await control.decisions(of: story.rollout)
                #expect(decisions.map(\.sequence) == (1...Int64(decisions.count)).map { $0 })
                #expect(decisions.count { $0.kind == .promote } == 1)
                #expect(!decisions.contains { $0.kind == .rollBack }, "the refused rollback did not happen after all")
                let since = Int64(back.timeIntervalSince1970 * 1e6)
                #expect(decisions.dropFirst(before.count).allSatisfy { $0.decidedAt.microseconds >= since })
            }
        }

        private func expectAliveWithoutDatabase(_ control: ControlCaller, _ rollout: RolloutID) async throws {
            var start = ContinuousClock.now
            let rollback = try await control.answer(
                "POST",
                "/v1/models/digits/rollback",
                #"{"reason":"now","rollout":\#(rollout.number)}"#
            )
            let refusedAfter = ContinuousClock.now - start
            #expect(rollback.status == 503, "\(rollback)")
            #expect(rollback.text.contains("urn:serin:problem:store-unavailable"), "\(rollback)")
            #expect(refusedAfter < .seconds(8))
            start = .now
            let health = try await control.answer("GET", "/healthz")
            let healthyAfter = ContinuousClock.now - start
            #expect(health.status == 200)
            #expect(healthyAfter < .seconds(1))
            let readiness = try await control.answer("GET", "/readyz")
            #expect(readiness.status == 503)
            Measured.show(
                "without a database: rollback refused after \(refusedAfter.milliseconds) ms, health after \(healthyAfter.milliseconds) ms"
            )
        }

        @Test("Requests that wait for a silent database block neither health nor the refusal of a rollback")
        func manyWaiting() async throws {
            try await Scenario.run { scenario in
                let database = try await scenario.startDatabase()
                let service = try await scenario.serve(databaseURL: database.url, migrates: true)
                let control = service.control
                try await control.createModel()
                try database.stall()
                var patient = control
                patient.timeout = 30
                let waiting = patient
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<20 { group.addTask { _ = try? await waiting.answer("GET", "/v1/models/digits") } }
                    try await eventually("the main lane is full") {
                        try await control.answer("GET", "/healthz").status == 200
                    }
                    let start = ContinuousClock.now
                    let rollback = try await control.answer("POST", "/v1/models/digits/rollback", #"{"reason":"now"}"#)
                    #expect(rollback.status == 503, "\(rollback)")
                    #expect(ContinuousClock.now - start < .seconds(8))
                    let asked = ContinuousClock.now
                    #expect(try await control.answer("GET", "/healthz").status == 200)
                    #expect(ContinuousClock.now - asked < .seconds(1))
                    database.resume()
                    try await group.waitForAll()
                }
            }
        }

        @Test("A gateway that is started while the database is away serves by the routes it has kept")
        func restartedGateway() async throws {
            try await Scenario.run { scenario in
                let database = try await scenario.startDatabase()
                let controller = try await scenario.controller("controller", databaseURL: database.url, migrates: true)
                let gateway = try await scenario.gateway("gateway", databaseURL: database.url)
                let stable = try await scenario.startModel("v1")
                let canary = try await scenario.startModel("v2")
                try await controller.control.createModel()
                try await controller.control.register("v1", at: stable.port)
                let plan = Plans.open.replacing(
                    #"{"intervalSeconds""#,
                    with: #"{"steps":[{"weight":3000}],"intervalSeconds""#
                )
                let registered = try await controller.control.register("v2", at: canary.port, plan: plan)
                #expect(registered.propagation.applied == ["gateway"])

                controller.process.send(SIGTERM)
                #expect(try await controller.process.waitForEnd() == .exit(code: 0))
                try await database.stop()
                gateway.process.send(SIGKILL)
                _ = try await gateway.process.waitForEnd()
                let again = try await scenario.restart(gateway)
                let report = try await LoadGenerator(port: again.gatewayPort, requests: 1_000).finished()
                #expect(report.statuses == [200: 1_000], "\(report)")
                #expect(report.failures == [:])
                #expect((200...400).contains(report.answers(of: "v2")), "30 % of 1 000, the split as kept: \(report)")
                // What it counted meanwhile is written when the database is back.
                try await database.start()
                let probe = database.probe
                try await probe.awaitCounted(1_000)
            }
        }
    }
}

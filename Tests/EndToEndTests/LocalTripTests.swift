import ControlWire
import Foundation
import RolloutCore
import Testing

extension EndToEnd {
    @Suite("A gateway left alone")
    struct LocalTripTests {
        /// The planes apart, and a canary with three tenths of the traffic.
        private struct Planes {
            let database: DatabaseServer
            let controller: ServiceProcess
            let gateway: ServiceProcess
            let canary: ModelProcess
            let rollout: RolloutID
            var socket: String { self.gateway.settings.dataDirectory + "/gateway.sock" }

            init(_ scenario: Scenario, hardStop: Bool) async throws {
                self.database = try await scenario.startDatabase()
                self.controller = try await scenario.controller(
                    "controller",
                    databaseURL: self.database.url,
                    migrates: true
                )
                self.gateway = try await scenario.gateway("gateway", databaseURL: self.database.url)
                let stable = try await scenario.startModel("v1")
                self.canary = try await scenario.startModel("v2")
                let control = self.controller.control
                try await control.createModel()
                try await control.register("v1", at: stable.port)
                var plan = Plans.open.replacing(
                    #"{"intervalSeconds""#,
                    with: #"{"steps":[{"weight":3000}],"intervalSeconds""#
                )
                if hardStop { plan = plan.replacing(#""hardStop":null,"#, with: "") }
                let registered = try await control.register("v2", at: self.canary.port, plan: plan)
                self.rollout = try #require(registered.rollout).id
                #expect(registered.propagation.applied == ["gateway"])
            }

            /// Neither can be asked any more.
            func takeAway() async throws {
                self.controller.process.send(SIGKILL)
                _ = try await self.controller.process.waitForEnd()
                try await self.database.stop()
            }
        }

        @Test(
            "With database and controller gone an operator takes the canary off; it stays so through a restart, and is recorded later"
        )
        func byHand() async throws {
            try await Scenario.run { scenario in
                let planes = try await Planes(scenario, hardStop: false)
                let other = try await scenario.gateway("other", databaseURL: planes.database.url)
                let load = LoadGenerator(port: planes.gateway.gatewayPort, perSecond: 300)
                try await eventually("v2 answers") { load.report.answers(of: "v2") > 20 }
                try await planes.takeAway()

                let command = [
                    "rollback", "digits", "--local", "--admin-socket", planes.socket, "--reason", "it hurts",
                ]
                let asked = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1e6))
                let order = try await scenario.run(command)
                let acknowledged = ContinuousClock.now

                #expect(order.ending == .exit(code: 0), "\(order.output)")
                #expect(
                    order.output.contains(
                        "✔ v2 of digits (rollout \(planes.rollout)) gets no new request from this gateway"
                    )
                )
                #expect(order.output.contains("not recorded yet"))
                Measured.show(order.output.split(separator: "\n").first.map(String.init) ?? "")
                let again = try await scenario.run(command)
                #expect(again.ending == .exit(code: 0) && again.output.contains("nothing changed"), "\(again.output)")
                let answered = load.report.answered
                try await eventually("stable serves on") { load.report.answered > answered + 300 }
                #expect(try #require(load.report.lastRequests["v2"]) < acknowledged)
                let report = try await load.stop()
                #expect(report.bad == 0, "\(report)")
                try await self.expectLasting(scenario, planes)

                try await self.expectRecorded(scenario, planes, since: asked)
                // The other gateway had heard nothing until now.
                let elsewhere = try await LoadGenerator(port: other.gatewayPort, requests: 200).finished()
                #expect(elsewhere.answers(of: "v2") == 0)
            }
        }

        /// A killed gateway comes back without its canary, and says why.
        private func expectLasting(_ scenario: Scenario, _ planes: Planes) async throws {
            planes.gateway.process.send(SIGKILL)
            _ = try await planes.gateway.process.waitForEnd()
            let gone = try await scenario.run(["gateway-status", "--local", "--admin-socket", planes.socket])
            #expect(
                gone.ending == .exit(code: 2) && gone.output.contains("no gateway at \(planes.socket)"),
                "\(gone.output)"
            )
            let gateway = try await scenario.restart(planes.gateway)
            let report = try await LoadGenerator(port: gateway.gatewayPort, requests: 500).finished()
            #expect(report.statuses == [200: 500] && report.answers(of: "v2") == 0, "\(report)")
            let state = try await scenario.run([
                "gateway-status", "--local", "--admin-socket", planes.socket, "--output", "json",
            ])
            let document = try JSONDecoder().decode(GatewayStateResponse.self, from: Data(state.output.utf8))
            #expect(document.trips.map(\.isRecorded) == [false] && document.trips.map(\.rollout) == [planes.rollout])
            #expect(document.models.flatMap(\.arms).map(\.weight) == [.full, .zero])
        }

        /// Database and controller come back: the rollout ends as ordered, by whom, when it was.
        private func expectRecorded(_ scenario: Scenario, _ planes: Planes, since asked: Timestamp) async throws {
            try await planes.database.start()
            let control = try await scenario.restart(planes.controller).control
            try await control.awaitPhase("rolledBack", of: planes.rollout)

            let ended = try await control.rollout(planes.rollout)
            #expect(ended.state.cause == "operator")
            let trip = try #require(ended.trips?.first)
            #expect(ended.trips?.count == 1)
            #expect(trip.gateway == "gateway" && trip.actor == "operator:\(NSUserName())" && trip.cause == .operator)
            #expect((0..<5).contains(trip.at.seconds(since: asked)), "when it happened, not when it was heard of")
            #expect(trip.recordedAt > trip.at)
            let decision = try #require(try await control.decisions(of: planes.rollout).last)
            #expect(decision.kind == .rollBack && decision.actor == trip.actor && decision.sequence == trip.decision)
            #expect(decision.reason == "it hurts (by hand at gateway 'gateway' at \(trip.at))")
            #expect(try await control.model().versions.map(\.state) == [.failed, .stable])
            let url = "http://127.0.0.1:\(planes.controller.settings.controlPort)"
            let explained = try await scenario.run(["explain", "digits", "--control-url", url])
            #expect(
                explained.output.contains("Gateways took the canary's traffic away by themselves"),
                "\(explained.output)"
            )
            let replayed = try await scenario.run([
                "replay", "\(planes.rollout):\(decision.sequence)", "--control-url", url,
            ])
            #expect(replayed.ending == .exit(code: 0), "\(replayed.output)")
            try await eventually("the gateway follows the routes again") {
                let state = try await scenario.run([
                    "gateway-status", "--local", "--admin-socket", planes.socket, "--output", "json",
                ])
                return try JSONDecoder().decode(GatewayStateResponse.self, from: Data(state.output.utf8)).trips.isEmpty
            }
        }

        @Test(
            "With database and controller gone a canary that dies is taken off by the gateway itself, and no client notices"
        )
        func byItself() async throws {
            try await Scenario.run { scenario in
                let planes = try await Planes(scenario, hardStop: true)
                let load = LoadGenerator(port: planes.gateway.gatewayPort, perSecond: 300)
                try await eventually("v2 answers") { load.report.answers(of: "v2") > 20 }
                try await planes.takeAway()

                planes.canary.process.end()
                try await eventually("the gateway has tripped") {
                    let state = try await scenario.run([
                        "gateway-status", "--local", "--admin-socket", planes.socket, "--output", "json",
                    ])
                    let document = try JSONDecoder().decode(GatewayStateResponse.self, from: Data(state.output.utf8))
                    return document.trips.map(\.cause) == [.hardStop]
                }
                let report = try await load.stop()
                #expect(report.statuses.keys.filter { $0 != 200 }.count <= 1, "\(report)")

                try await planes.database.start()
                let control = try await scenario.restart(planes.controller).control
                try await control.awaitPhase("rolledBack", of: planes.rollout)
                let ended = try await control.rollout(planes.rollout)
                #expect(ended.state.cause == "hardStop")
                let decision = try #require(try await control.decisions(of: planes.rollout).last)
                #expect(decision.actor == "gateway:gateway")
                #expect(decision.reason.hasPrefix("hard stop at gateway 'gateway' at "))
            }
        }

        @Test("Where no gateway listens, the command says where it looked and what to do")
        func nobody() async throws {
            try await Scenario.run { scenario in
                let path = scenario.path("nobody.sock")
                let refused = try await scenario.run(["rollback", "digits", "--local", "--admin-socket", path])
                #expect(refused.ending == .exit(code: 2))
                #expect(
                    refused.output.contains("no gateway at \(path): nobody listens there (No such file or directory)")
                )
                #expect(refused.output.contains("--admin-socket PATH"))
                let misuse = try await scenario.run(["rollback", "digits", "--admin-socket", path])
                #expect(misuse.ending == .exit(code: 64) && misuse.output.contains("--admin-socket goes with --local"))
            }
        }
    }
}

import ControlWire
import RolloutCore
import Testing

extension EndToEnd {
    @Suite("Rollback by hand")
    struct RollbackByHandTests {
        @Test("From warming, progressing and paused: once it is acknowledged, no new request goes to the canary")
        func fromEveryOpenState() async throws {
            try await Scenario.run { scenario in
                let plans = ["warming": Plans.open.replacing(#""requests":10"#, with: #""requests":1000000"#)]
                let stable = try await scenario.startModel("v1")
                let canary = try await scenario.startModel("v2")
                let service = try await scenario.serve()
                try await service.control.createModel()
                try await service.control.register("v1", at: stable.port)
                let load = LoadGenerator(port: service.gatewayPort, clients: 8, perSecond: 600)
                for (number, state) in ["warming", "progressing", "paused"].enumerated() {
                    let version = "from-\(state)"
                    let plan = (plans[state] ?? Plans.open).replacing(
                        #"{"intervalSeconds""#,
                        with: #"{"steps":[{"weight":3000}],"intervalSeconds""#
                    )
                    let registered = try await service.control.register(version, at: canary.port, plan: plan)
                    let rollout = try #require(registered.rollout).id
                    try await service.control.awaitPhase(state == "paused" ? "progressing" : state, of: rollout)
                    if state == "paused" { try await service.control.command("pause") }
                    try await eventually("\(version) answers") { load.report.answers(of: version) > 20 }

                    let asked = ContinuousClock.now
                    let answer = try await service.control.command("rollback", rollout: rollout)
                    let acknowledged = ContinuousClock.now
                    #expect(answer.changed)
                    #expect(answer.propagation.pending == [])
                    let before = load.report.answered
                    try await eventually("stable serves on") { load.report.answered > before + 300 }
                    let report = load.report
                    let lastRequest = try #require(report.lastRequests[version])
                    let lastAnswer = try #require(report.lastAnswers[version])
                    #expect(
                        lastRequest < acknowledged,
                        "\(state): a request \(lastRequest - acknowledged) later went to the canary"
                    )
                    Measured.show(
                        "rollback from \(state): acknowledged \((acknowledged - asked).milliseconds) ms after the request, last canary request "
                            + "\((lastRequest - asked).milliseconds) ms, last canary answer \((lastAnswer - asked).milliseconds) ms"
                    )

                    let ended = try await service.control.rollout(rollout)
                    #expect(ended.state.phase == "rolledBack")
                    #expect(ended.state.cause == "operator")
                    let again = try await service.control.command("rollback", rollout: rollout)
                    #expect(!again.changed, "a repeated rollback does nothing more")
                    #expect(try await service.control.rollouts().count == number + 1)
                }
                let report = try await load.stop()
                #expect(report.bad == 0, "\(report)")
                let model = try await service.control.model()
                #expect(model.stable?.text == "v1")
                #expect(model.versions.map(\.state) == [.failed, .failed, .failed, .stable])
            }
        }
    }
}

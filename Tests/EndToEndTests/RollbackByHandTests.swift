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

        @Test("From pending and from awaitingApproval: the version fails, stable stays")
        func beforeTrafficAndBeforeApproval() async throws {
            try await Scenario.run { scenario in
                let stable = try await scenario.startModel("v1")
                let canary = try await scenario.startModel("v2")
                let service = try await scenario.serve()
                let control = service.control
                try await control.createModel()
                try await control.register("v1", at: stable.port)
                let waiting = try #require(
                    try await control.register("untried", at: canary.port, plan: Plans.open).rollout
                )
                #expect(waiting.state.phase == "pending")
                try await control.command("rollback", rollout: waiting.id)

                let load = LoadGenerator(port: service.gatewayPort, perSecond: 300)
                let tried = try #require(
                    try await control.register("tried", at: canary.port, plan: Plans.approved).rollout
                )
                try await control.awaitPhase("awaitingApproval", of: tried.id)
                try await control.command("rollback", rollout: tried.id)
                for id in [waiting.id, tried.id] {
                    let ended = try await control.rollout(id)
                    #expect(ended.state.phase == "rolledBack")
                    #expect(ended.state.cause == "operator")
                }
                let report = try await load.stop()
                #expect(report.bad == 0, "\(report)")
                #expect(report.answers(of: "untried") == 0)
                let model = try await control.model()
                #expect(model.stable?.text == "v1")
                #expect(model.versions.map(\.state) == [.failed, .failed, .stable])
            }
        }

        @Test("After a promotion rollback is refused with the way to go, and restore returns to the version before")
        func restoreAfterPromotion() async throws {
            try await Scenario.run { scenario in
                let story = try await Story(scenario, canary: scenario.startModel("v2"), plan: Plans.open)
                let control = story.control
                try await eventually("v2 answers") { story.load.report.answers(of: "v2") > 0 }
                try await eventually("v2 has been judged") {
                    try await control.rollout(story.rollout).state.phase != "pending"
                }
                try await control.command("promote", rollout: story.rollout)
                let refused = try await control.answer(
                    "POST",
                    "/v1/models/digits/rollback",
                    #"{"reason":"too late","rollout":\#(story.rollout.number)}"#
                )
                #expect(refused.status == 409)
                #expect(refused.text.contains("restore"), "\(refused)")

                try await control.command("restore", rollout: story.rollout)
                let acknowledged = ContinuousClock.now
                let before = story.load.report.answered
                try await eventually("v1 serves again") { story.load.report.answered > before + 100 }
                let report = try await story.load.stop()
                #expect(report.bad == 0, "\(report)")
                #expect(try #require(report.lastRequests["v2"]) < acknowledged)
                let model = try await control.model()
                #expect(model.versions.map { "\($0.version) \($0.state.rawValue)" } == ["v2 deprecated", "v1 stable"])
            }
        }
    }
}

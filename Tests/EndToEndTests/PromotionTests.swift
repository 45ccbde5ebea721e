import ControlWire
import RolloutCore
import Testing

extension EndToEnd {
    @Suite("Promotion by the loop")
    struct PromotionTests {
        @Test("A good version is promoted, the one before it is deprecated, and all traffic follows without an error")
        func goodVersion() async throws {
            try await Scenario.run { scenario in
                let stable = try await scenario.startModel("v1")
                let canary = try await scenario.startModel("v2")
                let service = try await scenario.serve()
                try await service.control.createModel()
                try await service.control.register("v1", at: stable.port)
                let load = LoadGenerator(port: service.gatewayPort, perSecond: 300)
                let registered = try await service.control.register("v2", at: canary.port, plan: Plans.quick())
                let rollout = try #require(registered.rollout)

                try await service.control.awaitPhase("promoted", of: rollout.id)
                try await eventually("all traffic goes to v2") {
                    let before = load.report
                    try await Task.sleep(for: .milliseconds(500))
                    let after = load.report
                    return after.answered > before.answered && after.answers(of: "v1") == before.answers(of: "v1")
                }
                let report = try await load.stop()
                #expect(report.bad == 0, "\(report)")
                #expect(report.mislabelled == 0)

                let model = try await service.control.model()
                #expect(model.stable?.text == "v2")
                #expect(model.canary == nil)
                #expect(model.versions.map { "\($0.version) \($0.state.rawValue)" } == ["v2 stable", "v1 deprecated"])
                let decisions = try await service.control.decisions(of: rollout.id)
                #expect(decisions.map(\.sequence) == (1...Int64(decisions.count)).map { $0 })
                #expect(decisions.filter { $0.kind == .promote }.map(\.actor) == ["loop"])
            }
        }
    }
}

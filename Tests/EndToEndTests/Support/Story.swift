import ControlWire
import RolloutCore
import Testing

/// The usual beginning: v1 is stable and healthy, clients call, v2 has been registered.
struct Story: Sendable {
    let service: ServiceProcess
    let stable: ModelProcess
    let canary: ModelProcess
    let rollout: RolloutID
    let load: LoadGenerator

    var control: ControlCaller { self.service.control }

    init(
        _ scenario: Scenario,
        canary: ModelProcess,
        plan: String,
        service: ServiceProcess? = nil,
        perSecond: Double = 300,
        clients: Int = 4
    ) async throws {
        self.stable = try await scenario.startModel("v1")
        self.canary = canary
        if let service { self.service = service } else { self.service = try await scenario.serve() }
        try await self.service.control.createModel()
        try await self.service.control.register("v1", at: self.stable.port)
        self.load = LoadGenerator(port: self.service.gatewayPort, clients: clients, perSecond: perSecond)
        let registered = try await self.service.control.register("v2", at: canary.port, plan: plan)
        self.rollout = try #require(registered.rollout).id
    }

    /// After a rollback: stable stays what it was and gets everything.
    func expectCanaryFailed() async throws {
        let model = try await self.control.model()
        #expect(model.stable?.text == "v1")
        #expect(model.canary == nil)
        #expect(model.canaryWeight == .zero)
        #expect(model.versions.map { "\($0.version) \($0.state.rawValue)" } == ["v2 failed", "v1 stable"])
    }
}

import ControlWire
import Foundation
import RolloutCore

/// The control API as a client sees it.
struct ControlCaller: Sendable {
    struct Refusal: Error, CustomStringConvertible {
        let status: Int
        let problem: Problem?
        let description: String
    }

    let port: Int
    /// Of each wait for bytes, in seconds.
    var timeout: Int32 = 10

    func get<Value: Decodable & Sendable>(_ path: String, as type: Value.Type = Value.self) async throws -> Value {
        try await self.call("GET", path, nil)
    }

    func post<Value: Decodable & Sendable>(
        _ path: String,
        _ body: String,
        as type: Value.Type = Value.self
    ) async throws -> Value {
        try await self.call("POST", path, body)
    }

    /// Whatever is answered.
    func answer(_ method: String, _ path: String, _ body: String? = nil) async throws -> (status: Int, text: String) {
        let (port, timeout) = (self.port, self.timeout)
        return try await blocking {
            let bytes = Array((body ?? "").utf8)
            var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
            if body != nil { head += "Content-Type: application/json\r\nContent-Length: \(bytes.count)\r\n" }
            let answer = try HTTPConnection(port: port, timeout: timeout).exchange(Array((head + "\r\n").utf8) + bytes)
            return (answer.status, answer.text)
        }
    }

    private func call<Value: Decodable & Sendable>(_ method: String, _ path: String, _ body: String?) async throws
        -> Value
    {
        let (status, text) = try await self.answer(method, path, body)
        guard (200..<300).contains(status) else {
            throw Refusal(
                status: status,
                problem: try? JSONDecoder().decode(Problem.self, from: Data(text.utf8)),
                description: "\(method) \(path): \(status) \(text)"
            )
        }
        return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}

// MARK: - What the scenarios ask for

extension ControlCaller {
    func createModel(_ model: String = "digits") async throws {
        let _: ModelResponse = try await self.post("/v1/models", #"{"name":"\#(model)"}"#)
    }

    /// - Parameter plan: JSON; the default plan when absent.
    @discardableResult
    func register(
        _ version: String,
        at port: Int,
        plan: String? = nil,
        supersede: Bool = false,
        model: String = "digits"
    ) async throws -> RegistrationResponse {
        try await self.post(
            "/v1/models/\(model)/versions",
            Self.registration(version, at: port, plan: plan, supersede: supersede)
        )
    }

    static func registration(_ version: String, at port: Int, plan: String? = nil, supersede: Bool = false) -> String {
        let plan = plan.map { #","plan":\#($0)"# } ?? ""
        return #"{"version":"\#(version)","upstreams":["http://127.0.0.1:\#(port)"],"supersede":\#(supersede)\#(plan)}"#
    }

    @discardableResult
    func command(_ command: String, model: String = "digits", rollout: RolloutID? = nil) async throws -> CommandResponse
    {
        let rollout = rollout.map { #","rollout":\#($0.number)"# } ?? ""
        return try await self.post("/v1/models/\(model)/\(command)", #"{"reason":"asked for by a test"\#(rollout)}"#)
    }

    func model(_ model: String = "digits") async throws -> ModelResponse { try await self.get("/v1/models/\(model)") }

    func rollouts(of model: String = "digits") async throws -> [RolloutResponse] {
        let page: Page<RolloutResponse> = try await self.get("/v1/models/\(model)/rollouts")
        return page.items
    }

    func rollout(_ id: RolloutID) async throws -> RolloutResponse { try await self.get("/v1/rollouts/\(id)") }

    func decisions(of id: RolloutID) async throws -> [DecisionResponse] {
        let page: Page<DecisionResponse> = try await self.get("/v1/rollouts/\(id)/decisions")
        return page.items
    }

    func evidence(of id: RolloutID) async throws -> EvidenceResponse {
        try await self.get("/v1/rollouts/\(id)/evidence")
    }

    /// Waits until the rollout is in this phase; one that has settled in another will never be.
    @discardableResult
    func awaitPhase(_ phase: String, of id: RolloutID, within seconds: Double = 40) async throws -> RolloutResponse {
        let rollout = try await eventually("rollout \(id) is \(phase)", within: seconds) { () -> RolloutResponse? in
            let rollout = try await self.rollout(id)
            return rollout.state.phase == phase || rollout.settledAt != nil ? rollout : nil
        }
        guard rollout.state.phase == phase else {
            throw NotInTime(
                description: "rollout \(id) is \(rollout.state) for: \(rollout.finding?.reason ?? "no reason")"
            )
        }
        return rollout
    }
}

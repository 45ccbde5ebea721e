import ControlWire
import Foundation
import MicroHTTP
import RolloutCore

/// Speaks to the gateway of this machine through its own socket.
struct LocalGateway: Sendable {
    let path: String
    private let client: UnixHTTPClient

    init(path: String, timeoutSeconds: Double) {
        self.path = path
        self.client = UnixHTTPClient(path: path, timeoutMilliseconds: max(1, Int(timeoutSeconds * 1_000)))
    }

    func state() throws(ClientFailure) -> ControlClient.Answer<GatewayStateResponse> {
        try self.ask("GET", "/v1/gateway", nil)
    }

    func rollback(
        _ model: ModelName,
        rollout: RolloutID?,
        reason: String
    ) throws(ClientFailure) -> ControlClient.Answer<LocalRollbackResponse> {
        try self.ask("POST", "/v1/models/\(model)/rollback", ControlRequest.order(reason: reason, rollout: rollout))
    }

    private func ask<Document: Decodable>(
        _ method: String,
        _ target: String,
        _ body: JSONValue?
    ) throws(ClientFailure) -> ControlClient.Answer<Document> {
        let answer: UnixHTTPClient.Answer
        do {
            let bytes = try body.map { [UInt8](try JSONEncoder().encode($0)) }
            answer = try self.client.ask(method, target, body: bytes)
        } catch {
            throw .noGateway(path: self.path, cause: "\(error)")
        }
        let bytes = Data(answer.body)
        guard (200..<300).contains(answer.status) else {
            let problem = ControlClient.problem(answer.status, bytes)
            throw answer.status >= 500 ? .failing(problem) : .refused(problem)
        }
        do {
            return ControlClient.Answer(document: try JSONDecoder().decode(Document.self, from: bytes), bytes: bytes)
        } catch {
            throw .unintelligible(url: self.path, cause: "\(error)")
        }
    }
}

import Logging
import ProxyCore
import RolloutCore

// MARK: - What a request tells of its upstream

extension ClientConnection {
    /// The head of the answer is there.
    func upstreamAnswered(_ request: ClientRequest, status: Int) {
        // The last of several may still be on trial.
        guard let endpoint = request.endpoint, request.hasChoice || endpoint.health.isEjected else { return }
        let loop = self.loop
        let cause = endpoint.health.answered(isError: status >= 500, at: loop.tickTime, random: &loop.random)
        if let cause { self.eject(endpoint, cause, request) }
    }

    /// The last byte of the answer is there.
    func upstreamCompleted(_ request: ClientRequest) {
        if request.hasChoice { request.endpoint?.health.completed() }
    }

    /// The connection that has the request gave no whole answer, which was not the client's doing.
    func upstreamBroke() {
        guard self.upstream != nil, let request = self.request, let endpoint = request.endpoint, request.hasChoice
        else {
            return
        }
        let loop = self.loop
        let cause = endpoint.health.broke(at: loop.tickTime, random: &loop.random)
        if let cause { self.eject(endpoint, cause, request) }
    }

    private func eject(_ endpoint: UpstreamEndpoint, _ cause: UpstreamHealth.Cause, _ request: ClientRequest) {
        let loop = self.loop
        let others = request.table.endpoints(ofArm: request.servingArm).filter { $0 !== endpoint }
        endpoint.health.eject(cause, beside: others.map(\.health), at: loop.tickTime, random: &loop.random)
        guard endpoint.health.isEjected else { return }
        loop.logger.notice(
            "an address of an upstream is left alone for a while",
            metadata: [
                "upstream": "\(endpoint.url)", "address": "\(endpoint.address)", "cause": "\(cause)",
                "version": "\(String(decoding: request.versionName, as: UTF8.self))",
            ]
        )
    }
}

extension Outcome {
    /// Whether the upstream gave no whole answer.
    var isUnanswered: Bool {
        switch self {
        case .timeout, .upstreamFailure: true
        case .success, .clientError, .serverError, .connectFailure, .clientAborted, .gatewayFailure, .saturated: false
        }
    }
}

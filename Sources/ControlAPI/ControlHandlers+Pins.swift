import ControlWire
import Foundation
import Logging
import MicroHTTP
import RolloutCore
import RolloutEngine

extension ControlHandlers {
    /// - Parameter model: Nil for a token that is good for every model.
    func makePinToken(_ model: ModelName?, _ request: HTTPRequest) throws -> HTTPResponse {
        let wanted = try self.wanted(request) { document throws(InvalidValue) in
            try PinTokenRequest(document, namesVersion: model != nil)
        }
        let actor = try self.actor(request)
        let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1e6))
        let (token, text) = try self.services.pinTokens.make(
            model: model,
            version: wanted.version,
            until: now.adding(seconds: Double(wanted.validSeconds))
        )
        self.services.logger.notice(
            "a pin token was made",
            metadata: [
                "actor": "\(actor)", "model": "\(model?.text ?? "every")",
                "version": "\(wanted.version?.text ?? "every")", "expires": "\(token.expiresAt)",
            ]
        )
        let answer = PinTokenResponse(text: text, token)
        var response = try HTTPResponse.json(answer, status: .created)
        response.headers.set("Cache-Control", "no-store")
        return response
    }
}

extension PinTokenResponse {
    fileprivate init(text: String, _ token: PinToken) {
        self.init(token: text, model: token.model, version: token.version, expiresAt: token.expiresAt)
    }
}

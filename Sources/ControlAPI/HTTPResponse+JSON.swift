import ControlWire
import Foundation
import MicroHTTP

extension HTTPResponse {
    static func json(_ value: some Encodable, status: HTTPStatus = .ok) throws -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: try encoded(value))
    }

    /// What is away may be back soon: 503 says when to ask again.
    static func problem(_ problem: Problem) -> HTTPResponse {
        // A problem is strings and numbers: encoding can't fail, and an empty body with the right status is right, too.
        var response = HTTPResponse(
            status: HTTPStatus(problem.status),
            headers: ["Content-Type": "application/problem+json"],
            body: (try? encoded(problem)) ?? []
        )
        if problem.status == 503 { response.headers.set("Retry-After", "1") }
        return response
    }

    static func encoded(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value))
    }
}

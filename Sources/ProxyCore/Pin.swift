/// What the two pin headers of a request come to.
package enum Pin: Equatable, Sendable {
    /// The request brings neither.
    case none
    /// The index in the table's `arms` of the version that is named.
    case arm(Int)
    /// The request must not be routed at all: not where it wants to go, nor anywhere else.
    case refused(PinRefusal)
}

/// Why a request with a pin header is answered by the gateway itself.
package enum PinRefusal: Equatable, Sendable, CaseIterable {
    /// A pin header stands there twice.
    case ambiguous
    /// There is a token, but nothing that says which version is meant.
    case tokenAlone
    /// There is no token.
    case missingToken
    case forgedToken
    case expiredToken
    case otherModel
    case otherVersion
    case unknownVersion

    package var problem: GatewayProblem {
        switch self {
        case .ambiguous, .tokenAlone: .badRequest
        case .missingToken: .unauthorized
        case .forgedToken, .expiredToken, .otherModel, .otherVersion: .forbidden
        case .unknownVersion: .notFound
        }
    }

    package var detail: StaticString {
        switch self {
        case .ambiguous: "The request names its version, or its pin token, more than once."
        case .tokenAlone: "There is a pin token, but no x-serin-pin that names a version."
        case .missingToken: "A pinned request needs a token in x-serin-pin-token; serin pin-token makes one."
        case .forgedToken: "The pin token was not made by this installation."
        case .expiredToken: "The pin token has expired."
        case .otherModel: "The pin token is for another model."
        case .otherVersion: "The pin token is for another version."
        case .unknownVersion: "The model has no such version with upstreams."
        }
    }
}

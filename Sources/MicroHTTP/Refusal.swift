/// Why a request was refused before any handler saw it; the connection is closed after the answer.
enum Refusal: Int, CaseIterable, Sendable {
    case malformedRequestLine = 1
    case unsupportedVersion
    case invalidMethod
    case invalidTarget
    case bareLineEnding
    case foldedHeader
    case invalidHeader
    case missingHost
    case invalidHost
    case invalidContentLength
    case conflictingLengths
    case unknownTransferCoding
    case invalidChunk
    case targetTooLong
    case headTooLarge
    case tooManyHeaders
    case bodyTooLarge

    var status: HTTPStatus {
        switch self {
        case .malformedRequestLine, .invalidMethod, .invalidTarget, .bareLineEnding, .foldedHeader, .invalidHeader,
            .missingHost, .invalidHost, .invalidContentLength, .conflictingLengths, .invalidChunk:
            .badRequest
        case .unsupportedVersion: .versionNotSupported
        case .unknownTransferCoding: .notImplemented
        case .targetTooLong: .uriTooLong
        case .headTooLarge, .tooManyHeaders: .requestHeaderFieldsTooLarge
        case .bodyTooLarge: .contentTooLarge
        }
    }

    var title: String {
        switch self {
        case .malformedRequestLine: "Malformed request line"
        case .unsupportedVersion: "HTTP version not supported"
        case .invalidMethod: "Invalid method"
        case .invalidTarget: "Invalid request target"
        case .bareLineEnding: "Invalid line ending"
        case .foldedHeader: "Folded header"
        case .invalidHeader: "Invalid header"
        case .missingHost: "Missing Host"
        case .invalidHost: "Invalid Host"
        case .invalidContentLength: "Invalid Content-Length"
        case .conflictingLengths: "Conflicting lengths"
        case .unknownTransferCoding: "Transfer coding not implemented"
        case .invalidChunk: "Invalid chunked body"
        case .targetTooLong: "Request target too long"
        case .headTooLarge: "Request head too large"
        case .tooManyHeaders: "Too many headers"
        case .bodyTooLarge: "Request body too large"
        }
    }

    func detail(limits: RequestLimits) -> String {
        switch self {
        case .malformedRequestLine: "The request line must be `METHOD target HTTP/1.1` with single spaces."
        case .unsupportedVersion: "Use HTTP/1.1."
        case .invalidMethod: "The method must be a token."
        case .invalidTarget:
            "The target must be an absolute path, or an http URL that names the same host as the Host header; "
                + "percent escapes must be complete and decode to UTF-8 without NUL."
        case .bareLineEnding: "Lines must end with CR LF; a lone CR or LF is refused."
        case .foldedHeader: "A header may not go on in the next line."
        case .invalidHeader: "A header must be `name: value`, a token and a value without control characters."
        case .missingHost: "HTTP/1.1 needs a Host header."
        case .invalidHost: "Send one Host header with a host and an optional port."
        case .invalidContentLength: "Send one Content-Length header with one decimal number."
        case .conflictingLengths: "Send Content-Length or Transfer-Encoding, not both."
        case .unknownTransferCoding: "The only transfer coding is `chunked`, once, with HTTP/1.1."
        case .invalidChunk: "The chunked body is malformed."
        case .targetTooLong: "The target is longer than \(limits.maxTargetBytes) bytes."
        case .headTooLarge: "The request line and headers are longer than \(limits.maxHeaderBytes) bytes."
        case .tooManyHeaders: "There are more than \(limits.maxHeaderCount) headers."
        case .bodyTooLarge: "The body is longer than \(limits.maxBodyBytes) bytes."
        }
    }
}

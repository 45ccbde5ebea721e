/// Why a head or a body is refused.
///
/// The parser stops at the first defect in the order of the bytes, so the defect does not depend on how they arrived.
package enum HeadDefect: UInt8, Error, CaseIterable, Sendable {
    case malformedStartLine
    case unsupportedVersion
    case unsupportedMethod
    case targetTooLong
    case malformedTarget
    case headTooLarge
    case tooManyFields
    case bareLineFeed
    case bareCarriageReturn
    case foldedField
    case malformedFieldName
    case blankBeforeColon
    case controlCharacter
    case missingHost
    case repeatedHost
    case malformedHost
    case malformedContentLength
    case repeatedContentLength
    case contradictoryLength
    case repeatedTransferEncoding
    case unsupportedTransferEncoding
    case transferEncodingInVersion10
    case malformedChunk
    case malformedTrailer
    case forbiddenTrailer
    case malformedStatus

    /// The status that a server answers when a request has this defect (RFC 9110 section 15.5, RFC 6585 section 5).
    package var requestStatus: Int {
        switch self {
        case .unsupportedVersion: 505
        case .unsupportedMethod, .unsupportedTransferEncoding: 501
        case .targetTooLong: 414
        case .headTooLarge, .tooManyFields: 431
        case .malformedStartLine, .malformedTarget, .bareLineFeed, .bareCarriageReturn, .foldedField,
            .malformedFieldName, .blankBeforeColon, .controlCharacter, .missingHost, .repeatedHost, .malformedHost,
            .malformedContentLength, .repeatedContentLength, .contradictoryLength, .repeatedTransferEncoding,
            .transferEncodingInVersion10, .malformedChunk, .malformedTrailer, .forbiddenTrailer, .malformedStatus:
            400
        }
    }

    /// One sentence for the peer; never holds bytes of the message.
    package var explanation: StaticString {
        switch self {
        case .malformedStartLine: "The start line is malformed."
        case .unsupportedVersion: "Only HTTP/1.1 and HTTP/1.0 are understood."
        case .unsupportedMethod: "The methods CONNECT and TRACE are not supported."
        case .targetTooLong: "The request target is too long."
        case .malformedTarget: "The request target is malformed."
        case .headTooLarge: "The head is too large."
        case .tooManyFields: "There are too many header fields."
        case .bareLineFeed: "A line ends with a line feed without a carriage return."
        case .bareCarriageReturn: "A carriage return is not followed by a line feed."
        case .foldedField: "A field line starts with a blank."
        case .malformedFieldName: "A field name is malformed."
        case .blankBeforeColon: "There is a blank before the colon of a field line."
        case .controlCharacter: "A field value holds a control character."
        case .missingHost: "The Host field is missing."
        case .repeatedHost: "There is more than one Host field."
        case .malformedHost: "The host is malformed."
        case .malformedContentLength: "The Content-Length field is malformed."
        case .repeatedContentLength: "There is more than one Content-Length field."
        case .contradictoryLength: "Content-Length and Transfer-Encoding exclude each other."
        case .repeatedTransferEncoding: "There is more than one Transfer-Encoding field."
        case .unsupportedTransferEncoding: "The only transfer coding that is understood is chunked."
        case .transferEncodingInVersion10: "HTTP/1.0 knows no Transfer-Encoding."
        case .malformedChunk: "The chunked body is malformed."
        case .malformedTrailer: "A trailer field is malformed, or the trailer section is too large."
        case .forbiddenTrailer: "A trailer field must not hold framing, routing or connection fields."
        case .malformedStatus: "The status code is malformed."
        }
    }
}

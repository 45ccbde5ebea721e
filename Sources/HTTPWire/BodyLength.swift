/// How the end of a message body is found (RFC 9112 section 6.3).
package enum BodyLength: Equatable, Sendable {
    case none
    /// Exactly so many bytes, at least one.
    case exactly(Int)
    case chunked
    /// All bytes until the connection closes; responses only.
    case untilClose

    init(length: Int) { self = length == 0 ? .none : .exactly(length) }
}

/// What happens on a `StreamSocket`, told to the one who uses it, always on the loop's thread.
///
/// Every socket tells `closed` exactly once and nothing after it; `opened` comes first when it comes at all.
package protocol StreamOwner: AnyObject {
    /// The connection can carry bytes: at once for a plain one, after the handshake for a secured one.
    func opened()

    /// Bytes have arrived; they are gone when the call returns.
    func received(_ bytes: RawSpan)

    /// `isWritable` of the socket has changed; may come from within `send`.
    func writabilityChanged()

    /// What had to wait has gone out; told only when something had to.
    func drained()

    /// The peer sends nothing more, but may go on reading; told only when `allowsHalfClose` is on.
    func inputEnded()

    /// The connection is over, and the socket's descriptor given back.
    func closed(_ end: StreamEnd)
}

extension StreamOwner {
    package func opened() {}
    package func drained() {}
    package func inputEnded() {}
}

/// How a connection came to its end.
package enum StreamEnd: Equatable, Sendable {
    /// The user of the socket has closed it.
    case own
    /// The peer has closed in an orderly way.
    case ended
    /// The connection was broken off.
    case failed(SocketError)
    /// The secure session broke, or the stream ended without its close_notify; why, in one line.
    case insecure(String)
}

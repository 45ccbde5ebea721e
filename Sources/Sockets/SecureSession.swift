/// What protects the bytes of one connection: a TLS session that works on the socket's own descriptor.
///
/// A `StreamSocket` owns it and calls it on its loop's thread only, never from within another call. The descriptor is
/// non-blocking and stays the socket's: a session neither closes it nor asks anybody to wait for it, but says what it
/// waits for, and is called again when that has come. After `failed` or `closed` only `close` is called.
package protocol SecureSession: AnyObject {
    /// Goes on with the handshake, until it is `done`.
    func handshake() -> SecureHandshake

    /// Reads content into `buffer`, which is never empty.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> SecureRead

    /// Encrypts and sends from the start of `bytes`, which are never empty.
    ///
    /// What was not taken is offered again, at another place in memory and maybe with more behind it
    /// (OpenSSL: `SSL_MODE_ENABLE_PARTIAL_WRITE`, `SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER`).
    func write(_ bytes: RawSpan) -> SecureWrite

    /// Content, or a whole record, was read from the descriptor and not handed out: a `read` gives more at once although
    /// the descriptor may never become readable again.
    var hasBufferedInput: Bool { get }

    /// Tells the peer that nothing more comes (close_notify), as far as the descriptor takes that without waiting.
    ///
    /// Called at most once, when all content has gone out; never after a failure, and not where the end of the
    /// connection must not look like an orderly one.
    func close()
}

/// How far a handshake has come.
package enum SecureHandshake: Equatable, Sendable {
    case done
    /// Goes on when the descriptor is readable.
    case wantsRead
    /// Goes on when the descriptor is writable.
    case wantsWrite
    /// There will be no session; why, in one line for the log.
    case failed(String)
}

/// What came of reading from a session.
package enum SecureRead: Equatable, Sendable {
    /// So many bytes, at least one, are in the buffer.
    case bytes(Int)
    /// There is nothing until the descriptor is readable.
    case wouldBlock
    /// There is nothing until the descriptor is writable: the session must answer first.
    case wantsWrite
    /// The peer has said that nothing more comes (close_notify).
    case closed
    /// The session is broken: a reset, a bad record, or an end of the stream without close_notify, which anybody on the
    /// way could have forged; why, in one line for the log.
    case failed(String)
}

/// What came of writing to a session.
package enum SecureWrite: Equatable, Sendable {
    /// So many bytes, at least one, were taken.
    case bytes(Int)
    /// None is taken until the descriptor is writable.
    case wouldBlock
    /// None is taken until the descriptor is readable: the session waits for the peer first.
    case wantsRead
    /// The session is broken; why, in one line for the log.
    case failed(String)
}

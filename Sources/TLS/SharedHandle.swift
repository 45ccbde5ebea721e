/// A reference to something of OpenSSL's that is given up with the last owner.
///
/// Only for what OpenSSL counts and locks itself, an `SSL_CTX` or an `SSL_SESSION`, once nothing in it is set any more.
// Safety: OpenSSL lets threads share both kinds and serialises what it changes inside; the pointer itself is constant.
final class SharedHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    private let release: @Sendable (OpaquePointer) -> Void

    /// - Parameter pointer: Counted already; `release` gives that count up.
    init(_ pointer: OpaquePointer, release: @escaping @Sendable (OpaquePointer) -> Void) {
        self.pointer = pointer
        self.release = release
    }

    deinit { self.release(self.pointer) }
}

/// Makes the server's side of the sessions on a listener's connections.
package protocol SecureAcceptor: Sendable {
    /// - Parameter descriptor: Of a connection that was accepted; it stays the caller's.
    /// - Returns: nil when there is no memory for it.
    func session(on descriptor: CInt) -> (any SecureSession)?
}

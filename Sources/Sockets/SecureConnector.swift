/// Makes the client's side of the sessions on connections to upstreams.
package protocol SecureConnector: Sendable {
    /// - Parameters:
    ///   - descriptor: Of a socket that is connected; it stays the caller's.
    ///   - host: Who must answer: a name, or an address without brackets.
    /// - Returns: nil when there is no memory for it.
    func session(on descriptor: CInt, host: String, port: UInt16) -> (any SecureSession)?
}

package import Sockets

/// The gateway's side of TLS towards upstreams.
package final class TLSClient: SecureConnector {
    private let identity: Reloadable<UpstreamIdentity>

    package init(_ configuration: TLSClientConfiguration = TLSClientConfiguration()) throws(TLSFailure) {
        self.identity = try Reloadable(from: configuration.paths) { () throws(TLSFailure) in
            try UpstreamIdentity(configuration)
        }
    }

    package func session(on descriptor: CInt, host: String, port: UInt16) -> (any SecureSession)? {
        self.identity.current.makeSession(on: descriptor, host: host, port: port)
    }

    /// How long the certificate that is shown to upstreams is good for; nil without one.
    package var expiry: CertificateExpiry? { self.identity.current.expiry }

    /// Reads the files again; connections made from now on go by what they say.
    ///
    /// - Throws: What is wrong with them; then the last good ones stay.
    package func reload() throws(TLSFailure) { try self.identity.reload() }

    /// Reads the files again when one of them has changed.
    ///
    /// - Returns: Whether they were read.
    /// - Throws: As `reload`, once for each change.
    package func reloadIfChanged() throws(TLSFailure) -> Bool { try self.identity.reloadIfChanged() }
}

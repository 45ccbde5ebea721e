package import Sockets

/// The listener's side of TLS: a certificate for each name, chosen by what the client asks for.
package final class TLSServer: SecureAcceptor {
    private let identities: Reloadable<ServerIdentities>

    package init(_ configuration: TLSServerConfiguration) throws(TLSFailure) {
        self.identities = try Reloadable(from: configuration.paths) { () throws(TLSFailure) in
            try ServerIdentities(configuration)
        }
    }

    package func session(on descriptor: CInt) -> (any SecureSession)? {
        self.identities.current.makeSession(on: descriptor)
    }

    /// How long the certificates that are shown now are good for.
    package var expiries: [CertificateExpiry] { self.identities.current.expiries }

    /// Reads the files again; connections made from now on see what they say. Also changes the key that resumption
    /// tickets are sealed with, which is worth doing twice a day.
    ///
    /// - Throws: What is wrong with them; then the last good ones go on being shown.
    package func reload() throws(TLSFailure) { try self.identities.reload() }

    /// Reads the files again when one of them has changed.
    ///
    /// - Returns: Whether they were read.
    /// - Throws: As `reload`, once for each change.
    package func reloadIfChanged() throws(TLSFailure) -> Bool { try self.identities.reloadIfChanged() }
}

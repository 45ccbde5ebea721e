import COpenSSL

/// Whom the gateway trusts and who it is towards upstreams, as one reading of the files says. Lives as long as a session
/// that was made from it.
final class UpstreamIdentity: Sendable {
    private let context: TLSContext
    private let verifiesHost: Bool
    private let shelf = SessionShelf()
    let expiry: CertificateExpiry?

    /// A list of one, as ALPN has it.
    private static let protocols = [8] + Array("http/1.1".utf8)

    init(_ configuration: TLSClientConfiguration) throws(TLSFailure) {
        let context = try TLSContext()
        self.context = context
        self.verifiesHost = configuration.trust != .anyone
        switch configuration.trust {
        case .system: try context.trustSystem()
        case .authorities(let path): try context.trust(authoritiesIn: path)
        case .anyone: break
        }
        SSL_CTX_set_verify(context.pointer, self.verifiesHost ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
        if let certificate = configuration.certificate { try context.show(certificate) }
        self.expiry = configuration.certificate.flatMap { CertificateExpiry($0, in: context) }
        // Zero is success here, unlike anywhere else.
        guard SSL_CTX_set_alpn_protos(context.pointer, Self.protocols, CUnsignedInt(Self.protocols.count)) == 0 else {
            throw TLSContext.libraryFailure()
        }
        tls_hand_out_sessions(context.pointer)
        SSL_CTX_sess_set_new_cb(context.pointer) { session, resumable in
            // A copy: OpenSSL spoils its own when the connection ends without close_notify, as idle ones often do.
            guard let owner = SSL_get_ex_data(session, 0), let copy = SSL_SESSION_dup(resumable) else { return 0 }
            let handle = SharedHandle(copy) { SSL_SESSION_free($0) }
            Unmanaged<TLSSession>.fromOpaque(owner).takeUnretainedValue().onResumable?(handle)
            return 0
        }
    }

    /// A new client's side of a connection to `host`, a name or an address without brackets; nil without memory.
    func makeSession(on descriptor: CInt, host: String, port: UInt16) -> TLSSession? {
        guard let session = self.context.makeSession(on: descriptor) else { return nil }
        let owner = TLSSession(session, keeping: self)
        guard self.expect(host, of: session) else { return nil }
        let place = SessionShelf.Place(host: host, port: port)
        if let resumable = self.shelf.take(at: place) { SSL_set_session(session, resumable.pointer) }
        owner.onResumable = { [shelf] resumable in shelf.put(resumable, at: place) }
        SSL_set_ex_data(session, 0, Unmanaged.passUnretained(owner).toOpaque())
        SSL_set_connect_state(session)
        return owner
    }

    /// Asks for the certificate of `host`, and takes no other unless everything is taken.
    private func expect(_ host: String, of session: OpaquePointer) -> Bool {
        // An address is verified as such, and never asked for as a name (RFC 6066 section 3).
        let parameters = SSL_get0_param(session)
        if X509_VERIFY_PARAM_set1_ip_asc(parameters, host) == 1 {
            return true
        }
        guard tls_ask_for_name(session, host) == 1 else { return false }
        if !self.verifiesHost { return true }
        SSL_set_hostflags(session, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        return SSL_set1_host(session, host) == 1
    }
}

import COpenSSL

/// Who a listener is, as one reading of its files says. Lives as long as a session that was made from it.
final class ServerIdentities: Sendable {
    /// One for each certificate, in the configuration's order.
    private let contexts: [TLSContext]
    let expiries: [CertificateExpiry]

    /// What Mozilla calls intermediate, without the slow finite-field exchange; TLS 1.3 has only good ones.
    private static let ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20"
    /// Sessions are resumed only where they began.
    private static let resumptionScope = Array("serin".utf8)

    init(_ configuration: TLSServerConfiguration) throws(TLSFailure) {
        if configuration.certificates.isEmpty { throw .noCertificate }
        var contexts: [TLSContext] = []
        for files in configuration.certificates { contexts.append(try Self.context(files, configuration.clients)) }
        self.contexts = contexts
        self.expiries = zip(configuration.certificates, contexts).compactMap(CertificateExpiry.init)
        tls_on_server_name(
            contexts[0].pointer,
            { session, _, argument in
                guard let session, let argument else { return SSL_TLSEXT_ERR_NOACK }
                return Unmanaged<ServerIdentities>.fromOpaque(argument).takeUnretainedValue().choose(for: session)
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
    }

    /// A new server's side of a connection; nil without memory.
    func makeSession(on descriptor: CInt) -> TLSSession? {
        guard let session = self.contexts[0].makeSession(on: descriptor) else { return nil }
        SSL_set_accept_state(session)
        return TLSSession(session, keeping: self)
    }

    private static func context(
        _ files: CertificateFiles,
        _ clients: TLSServerConfiguration.ClientCertificates
    ) throws(TLSFailure) -> TLSContext {
        let context = try TLSContext()
        try context.show(files)
        guard SSL_CTX_set_cipher_list(context.pointer, self.ciphers) == 1,
            SSL_CTX_set_session_id_context(
                context.pointer,
                self.resumptionScope,
                CUnsignedInt(self.resumptionScope.count)
            )
                == 1
        else { throw TLSContext.libraryFailure() }
        // Sessions are resumed by tickets, which cost no memory here.
        tls_keep_no_sessions(context.pointer)
        SSL_CTX_set_alpn_select_cb(context.pointer, selectHTTP1, nil)
        if let path = clients.authorities {
            try context.trust(authoritiesIn: path)
            SSL_CTX_set_client_CA_list(context.pointer, SSL_load_client_CA_file(path))
            SSL_CTX_set_verify(context.pointer, clients.verification, nil)
        }
        return context
    }

    /// Continues with the certificate for the name that the client asks for, else with the first.
    private func choose(for session: OpaquePointer) -> CInt {
        guard self.contexts.count > 1, let name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name) else {
            return SSL_TLSEXT_ERR_OK
        }
        let chosen =
            self.contexts.first { $0.isFor(name, .exact) } ?? self.contexts.first { $0.isFor(name, .wildcard) }
        if let chosen { SSL_set_SSL_CTX(session, chosen.pointer) }
        return SSL_TLSEXT_ERR_OK
    }
}

extension TLSServerConfiguration.ClientCertificates {
    fileprivate var verification: CInt {
        switch self {
        case .notAsked: SSL_VERIFY_NONE
        case .optional: SSL_VERIFY_PEER
        case .required: SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
        }
    }
}

/// Takes `http/1.1` from what a client offers by ALPN; one that offers only others is refused (RFC 7301 section 3.2).
private let selectHTTP1: SSL_CTX_alpn_select_cb_func = { _, selected, selectedCount, offered, offeredCount, _ in
    guard let selected, let selectedCount, let offered else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    let list = UnsafeBufferPointer(start: offered, count: Int(offeredCount))
    var index = 0
    while index < list.count {
        let start = index + 1
        let end = start + Int(list[index])
        guard end <= list.count else { break }
        if list[start..<end].elementsEqual("http/1.1".utf8) {
            selected.pointee = offered + start
            selectedCount.pointee = list[index]
            return SSL_TLSEXT_ERR_OK
        }
        index = end
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL
}

import COpenSSL

/// An `SSL_CTX`: what all sessions made from it share. Set up by whoever makes it, unchanged from then on.
struct TLSContext: Sendable {
    private let context: SharedHandle
    /// The `BIO_METHOD` of its sessions, which must outlive them.
    private let socketMethod: SharedHandle

    /// TLS 1.2 and 1.3, no renegotiation, no compression.
    init() throws(TLSFailure) {
        OpenSSLErrors.clear()
        guard let context = SSL_CTX_new(TLS_method()) else { throw Self.libraryFailure() }
        self.context = SharedHandle(context) { SSL_CTX_free($0) }
        guard let method = tls_socket_method() else { throw Self.libraryFailure() }
        self.socketMethod = SharedHandle(method) { BIO_meth_free($0) }
        guard tls_allow_from_1_2(context) == 1 else { throw Self.libraryFailure() }
        tls_set_modes(context)
        // Nobody is there to type a passphrase.
        SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in -1 }
    }

    var pointer: OpaquePointer { self.context.pointer }

    static func libraryFailure() -> TLSFailure { .library(reason: OpenSSLErrors.take() ?? "out of memory") }

    /// A session on a socket that stays the caller's; nil without memory. Whoever gets it frees it, before the context.
    func makeSession(on descriptor: CInt) -> OpaquePointer? {
        OpenSSLErrors.clear()
        guard let session = SSL_new(self.pointer) else { return nil }
        guard tls_attach(session, self.socketMethod.pointer, descriptor) == 1 else {
            SSL_free(session)
            return nil
        }
        return session
    }
}

// MARK: - Files

extension TLSContext {
    /// Shows the certificate in `files` to peers.
    func show(_ files: CertificateFiles) throws(TLSFailure) {
        OpenSSLErrors.clear()
        guard SSL_CTX_use_certificate_chain_file(self.pointer, files.chain) == 1 else {
            throw .certificate(path: files.chain, reason: OpenSSLErrors.take() ?? "unreadable")
        }
        guard SSL_CTX_use_PrivateKey_file(self.pointer, files.key, SSL_FILETYPE_PEM) == 1 else {
            if OpenSSLErrors.isKeyMismatch { throw .mismatch(certificate: files.chain, key: files.key) }
            throw .key(path: files.key, reason: OpenSSLErrors.take() ?? "unreadable")
        }
        guard SSL_CTX_check_private_key(self.pointer) == 1 else {
            throw .mismatch(certificate: files.chain, key: files.key)
        }
    }

    /// Accepts peers with certificates that one of the authorities in the file at `path` has signed.
    func trust(authoritiesIn path: String) throws(TLSFailure) {
        OpenSSLErrors.clear()
        guard SSL_CTX_load_verify_file(self.pointer, path) == 1 else {
            throw .authorities(path: path, reason: OpenSSLErrors.take() ?? "unreadable")
        }
        // An authority that is named is trusted, whether or not another one has signed it.
        X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(self.pointer), UInt(X509_V_FLAG_PARTIAL_CHAIN))
    }

    func trustSystem() throws(TLSFailure) {
        OpenSSLErrors.clear()
        guard SSL_CTX_set_default_verify_paths(self.pointer) == 1 else {
            throw .systemAuthorities(reason: OpenSSLErrors.take() ?? "unreadable")
        }
    }
}

// MARK: - The certificate shown

extension TLSContext {
    enum NameMatch {
        case exact
        case wildcard
    }

    /// Whether the certificate is for `host`, compared as RFC 9525 says.
    func isFor(_ host: UnsafePointer<CChar>, _ match: NameMatch) -> Bool {
        let flags =
            switch match {
            case .exact: X509_CHECK_FLAG_NO_WILDCARDS
            case .wildcard: X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS
            }
        return X509_check_host(SSL_CTX_get0_certificate(self.pointer), host, 0, UInt32(flags), nil) == 1
    }

    /// Whole days until the certificate ends, negative when it has; nil when it doesn't say.
    var daysLeft: Int? {
        var days: CInt = 0
        var seconds: CInt = 0
        guard let end = X509_get0_notAfter(SSL_CTX_get0_certificate(self.pointer)),
            ASN1_TIME_diff(&days, &seconds, nil, end) == 1
        else { return nil }
        // Both have the same sign: part of a day ago counts as a day ago.
        return seconds < 0 ? Int(days) - 1 : Int(days)
    }
}

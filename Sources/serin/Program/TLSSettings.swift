import TLS

/// What this process was told about TLS, towards clients and towards upstreams.
struct TLSSettings: Hashable, Sendable {
    /// Where clients connect with TLS while the plain address stays plain; nil: the plain address itself has TLS when there is
    /// a certificate.
    var listen: Endpoint?
    /// nil without a certificate.
    var server: TLSServerConfiguration?
    var client = TLSClientConfiguration()
}

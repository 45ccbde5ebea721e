/// Whom connections to upstreams trust, and how they show who they are.
package struct TLSClientConfiguration: Hashable, Sendable {
    package enum Trust: Hashable, Sendable {
        /// The authorities of this system.
        case system
        /// The authorities in this PEM file and no others.
        case authorities(String)
        /// Whoever answers: nothing is verified, so anybody on the way can read and change everything.
        case anyone
    }

    package var trust: Trust
    /// Shown to upstreams that ask for one.
    package var certificate: CertificateFiles?

    package init(trust: Trust = .system, certificate: CertificateFiles? = nil) {
        self.trust = trust
        self.certificate = certificate
    }

    var paths: [String] {
        let authorities: [String] =
            switch self.trust {
            case .authorities(let path): [path]
            case .system, .anyone: []
            }
        return authorities + (self.certificate.map { [$0.chain, $0.key] } ?? [])
    }
}

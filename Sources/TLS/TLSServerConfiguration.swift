/// How a listener shows who it is, and what it asks of its clients.
package struct TLSServerConfiguration: Hashable, Sendable {
    /// What is asked of a client.
    package enum ClientCertificates: Hashable, Sendable {
        case notAsked
        /// A certificate that comes must be signed by one of the authorities in this PEM file; none may come.
        case optional(authorities: String)
        /// One must come.
        case required(authorities: String)

        var authorities: String? {
            switch self {
            case .notAsked: nil
            case .optional(let path), .required(let path): path
            }
        }
    }

    /// At least one. A client gets the first that is for the name it asks for, else the first of all.
    package var certificates: [CertificateFiles]
    package var clients: ClientCertificates

    package init(certificates: [CertificateFiles], clients: ClientCertificates = .notAsked) {
        self.certificates = certificates
        self.clients = clients
    }

    var paths: [String] {
        self.certificates.flatMap { [$0.chain, $0.key] } + (self.clients.authorities.map { [$0] } ?? [])
    }
}

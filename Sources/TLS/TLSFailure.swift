/// Why TLS can't work with what it was told to.
package enum TLSFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file with a certificate and those that signed it.
    case certificate(path: String, reason: String)
    /// The file with a private key.
    case key(path: String, reason: String)
    /// The key belongs to another certificate.
    case mismatch(certificate: String, key: String)
    /// The file with the authorities that a peer's certificate must come from.
    case authorities(path: String, reason: String)
    /// The authorities that this system trusts.
    case systemAuthorities(reason: String)
    /// A listener without a certificate.
    case noCertificate
    /// OpenSSL itself can't be set up.
    case library(reason: String)

    package var description: String {
        switch self {
        case .certificate(let path, let reason):
            "the certificate file \(path) can't be used (\(reason)): it must hold, as PEM, the certificate and then the ones that signed it"
        case .key(let path, let reason):
            "the key file \(path) can't be used (\(reason)): it must hold one private key as PEM, without a passphrase, readable by this process"
        case .mismatch(let certificate, let key):
            "the key in \(key) is not that of the first certificate in \(certificate): name the files in pairs, in the same order"
        case .authorities(let path, let reason):
            "the file of authorities \(path) can't be used (\(reason)): it must hold certificates as PEM"
        case .systemAuthorities(let reason):
            "the authorities this system trusts can't be read (\(reason)): install ca-certificates or name a file of authorities"
        case .noCertificate: "a listener with TLS needs a certificate and its key"
        case .library(let reason): "OpenSSL can't be set up: \(reason)"
        }
    }
}

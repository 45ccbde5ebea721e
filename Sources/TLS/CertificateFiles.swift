/// Where a certificate and its private key are, both as PEM.
package struct CertificateFiles: Hashable, Sendable {
    /// The certificate, then those that signed it.
    package let chain: String
    package let key: String

    package init(chain: String, key: String) {
        self.chain = chain
        self.key = key
    }
}

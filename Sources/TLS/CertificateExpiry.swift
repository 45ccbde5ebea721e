/// How long a certificate is still good for.
package struct CertificateExpiry: Hashable, Sendable {
    /// The file it came from.
    package let path: String
    /// Whole days, negative when it has ended.
    package let daysLeft: Int

    init?(_ files: CertificateFiles, in context: TLSContext) {
        guard let daysLeft = context.daysLeft else { return nil }
        self.path = files.chain
        self.daysLeft = daysLeft
    }
}

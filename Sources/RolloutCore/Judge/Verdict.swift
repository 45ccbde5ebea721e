/// What one check says at one look.
package enum Verdict: String, Hashable, Sendable, Codable, CaseIterable {
    /// The proof that promotion needs is there.
    case pass
    /// A loss is proven, or a limit broken.
    case fail
    /// There is evidence, but not enough for either.
    case inconclusive
    /// Nothing to judge: neither pass nor fail.
    case noData
    /// What was measured can't be trusted.
    case error
    /// Inside the pre-declared warm-up.
    case warming
}

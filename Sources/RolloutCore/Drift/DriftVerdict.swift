/// What a comparison of two distributions concludes.
package enum DriftVerdict: String, Hashable, Sendable, Codable, CaseIterable {
    /// No difference that matters was shown.
    case stable
    /// A difference that begins to matter, and isn't chance.
    case warning
    /// A difference that matters, and isn't chance.
    case drifted
    /// Chance alone could make differences that matter.
    case tooFew
}

/// In which direction a test of two samples looks.
package enum Alternative: String, Sendable, Hashable, CaseIterable {
    case twoSided = "two-sided"
    /// The first sample tends to be smaller, for distribution functions: F₁ lies below F₂ somewhere.
    case less
    /// The first sample tends to be greater, for distribution functions: F₁ lies above F₂ somewhere.
    case greater
}

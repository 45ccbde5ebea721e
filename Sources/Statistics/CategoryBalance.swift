import RealModule

/// How evenly rows fall into categories.
package struct CategoryBalance: Sendable, Hashable {
    /// −Σ p log₂ p: 0 when all rows are of one category.
    package let entropyBits: Double
    /// Entropy of what it would be if all categories were equally frequent, 0…1; 0 for a single category.
    package let evenness: Double
    /// Rows of the most frequent category to those of the least frequent one that occurs; 1 when balanced.
    package let imbalanceRatio: Double

    /// Categories without rows are left out; `nil` when there is no row.
    ///
    /// - Precondition: counts are not negative.
    package init?(_ counts: some Sequence<Int64>) {
        let occurring = counts.filter { $0 > 0 }.map(Double.init).sorted()
        guard let least = occurring.first, let most = occurring.last else { return nil }
        let total = occurring.reduce(0, +)
        entropyBits = max(0, -occurring.reduce(0) { $0 + $1 / total * .log2($1 / total) })
        evenness = occurring.count > 1 ? entropyBits / .log2(Double(occurring.count)) : 0
        imbalanceRatio = most / least
    }
}

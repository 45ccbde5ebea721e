import Statistics

/// How the rows of a prediction or a label fall into its classes.
package struct ClassBalance: Hashable, Sendable, Codable {
    package let rows: Int64
    /// By class, 0…1; the classes beyond those kept apart are not in it.
    package let shares: [String: Double]
    /// −Σ p log₂ p, over classes.
    package let entropyBits: Double
    /// Entropy of what equally frequent classes would have, 0…1.
    package let evenness: Double
    /// Rows of the most frequent class to those of the least frequent one; 1 when balanced.
    package let imbalanceRatio: Double

    /// Nil without rows of any class.
    package init?(_ counts: [String: Int64]) {
        guard let balance = CategoryBalance(counts.values) else { return nil }
        let rows = counts.values.reduce(0, +)
        self.rows = rows
        self.shares = counts.mapValues { Double($0) / Double(rows) }
        self.entropyBits = balance.entropyBits
        self.evenness = balance.evenness
        self.imbalanceRatio = balance.imbalanceRatio
    }

    /// Nil for numbers.
    package init?(_ tally: SignalTally) {
        guard case .classes(let classes) = tally.values else { return nil }
        self.init(classes.counts)
    }

    /// Of the labels that came; nil when none of a class did.
    package init?(labels counts: QualityCounts) {
        self.init(counts.rowsByLabel)
    }

    /// Of the predictions whose labels came.
    package init?(labelledPredictions counts: QualityCounts) {
        self.init(counts.confusion.reduce(into: [:]) { $0[$1.key.predicted, default: 0] += $1.value })
    }
}

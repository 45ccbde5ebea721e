/// Predicted probabilities against what happened, in bins of equal width: mergeable by addition.
package struct Calibration: Sendable, Hashable {
    private struct Bin: Sendable, Hashable {
        var count: Int64 = 0
        var probabilities = 0.0
        var positives: Int64 = 0
    }

    private var bins: [Bin]
    /// Rows that were left out because their probability is not one.
    package private(set) var invalid: Int64 = 0

    /// - Precondition: `bins` > 0.
    package init(bins: Int) {
        precondition(bins > 0, "calibration needs one bin at least")
        self.bins = Array(repeating: Bin(), count: bins)
    }

    package mutating func add(probability: Double, happened: Bool) {
        guard (0...1).contains(probability) else {
            invalid += 1
            return
        }
        let index = UnitBins.index(of: probability, bins: bins.count)
        bins[index].count += 1
        bins[index].probabilities += probability
        bins[index].positives += happened ? 1 : 0
    }

    package mutating func merge(_ other: Calibration) {
        precondition(bins.count == other.bins.count, "calibrations of different bins cannot be added")
        invalid += other.invalid
        for index in bins.indices {
            bins[index].count += other.bins[index].count
            bins[index].probabilities += other.bins[index].probabilities
            bins[index].positives += other.bins[index].positives
        }
    }

    package var count: Int64 { bins.reduce(0) { $0 + $1.count } }

    /// ECE = Σ n_b/n |ȳ_b − p̄_b|; `nil` when empty.
    package var expectedError: Double? {
        guard count > 0 else { return nil }
        return bins.reduce(0) { $0 + abs(Double($1.positives) - $1.probabilities) } / Double(count)
    }
}

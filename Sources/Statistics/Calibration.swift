import RealModule

/// Predicted probabilities against what happened, in bins of equal width: mergeable by addition.
package struct Calibration: Sendable, Hashable {
    private struct Bin: Sendable, Hashable {
        var count: Int64 = 0
        var probabilities = 0.0
        var positives: Int64 = 0
    }

    private var bins: [Bin]

    /// - Precondition: `bins` > 0.
    package init(bins: Int) {
        precondition(bins > 0, "calibration needs one bin at least")
        self.bins = Array(repeating: Bin(), count: bins)
    }

    /// - Precondition: `probability` lies in 0...1.
    package mutating func add(probability: Double, happened: Bool) {
        precondition((0...1).contains(probability), "a probability lies in 0...1")
        let index = UnitBins.index(of: probability, bins: bins.count)
        bins[index].count += 1
        bins[index].probabilities += probability
        bins[index].positives += happened ? 1 : 0
    }

    package mutating func merge(_ other: Calibration) {
        precondition(bins.count == other.bins.count, "calibrations of different bins cannot be added")
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

/// Losses of predicted probabilities, one row at a time; collect them in ``Moments``.
package enum ProbabilityLoss {
    /// Default limit of how sure a prediction may be: a loss is then 13.8 at most and has a finite variance.
    package static let clip = 1e-6

    /// −ln of the probability given to what happened, in nats, with p kept in clip...1−clip.
    package static func logarithmic(probability: Double, happened: Bool, clip: Double = Self.clip) -> Double {
        // Clipped before the complement is taken, as the convention has it.
        let p = min(max(probability, clip), 1 - clip)
        return happened ? -.log(p) : -.log(1 - p)
    }

    /// −ln of the probability given to the true class.
    package static func logarithmic(
        probabilities: [Double],
        trueClass: Int,
        clip: Double = Self.clip
    ) -> Double {
        -.log(min(max(probabilities[trueClass], clip), 1 - clip))
    }

    /// (p − y)².
    package static func brier(probability: Double, happened: Bool) -> Double {
        let error = probability - (happened ? 1 : 0)
        return error * error
    }
}

import RealModule

/// Losses of predicted probabilities, one row at a time; collect them in ``Moments``.
///
/// What is not a probability has no loss, and the answer is `nil`: clipped it would look like a sure prediction.
package enum ProbabilityLoss {
    /// Default limit of how sure a prediction may be: a loss is then 13.8 at most and has a finite variance.
    package static let clip = 1e-6

    /// −ln of the probability given to what happened, in nats, with p kept in clip...1−clip.
    package static func logarithmic(probability: Double, happened: Bool, clip: Double = Self.clip) -> Double? {
        guard (0...1).contains(probability) else { return nil }
        // Clipped before the complement is taken, as the convention has it.
        let p = min(max(probability, clip), 1 - clip)
        return happened ? -.log(p) : -.log(1 - p)
    }

    /// −ln of the probability given to the true class; `nil` also when that class has none.
    package static func logarithmic(
        probabilities: [Double],
        trueClass: Int,
        clip: Double = Self.clip
    ) -> Double? {
        guard probabilities.indices.contains(trueClass), probabilities.allSatisfy((0...1).contains) else { return nil }
        return -.log(min(max(probabilities[trueClass], clip), 1 - clip))
    }

    /// (p − y)².
    package static func brier(probability: Double, happened: Bool) -> Double? {
        guard (0...1).contains(probability) else { return nil }
        let error = probability - (happened ? 1 : 0)
        return error * error
    }
}

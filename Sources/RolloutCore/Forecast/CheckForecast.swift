/// What one check can find by the deadline, and when it lets a canary pass that is as good as stable.
package struct CheckForecast: Hashable, Sendable, Codable {
    package let name: String
    package let metric: String
    /// The least harm that is found by the deadline with 80 % probability; nil when none is, or nothing is known.
    package let smallestFound: HarmForecast?
    /// Of harms that one has in mind.
    package let harms: [HarmForecast]
    /// Whether promotion needs this check's proof; and the probability to have it by the deadline for a canary as good as stable.
    package let isRequired: Bool
    package let proofProbability: Double?
    /// After the last step began, for half of such canaries; nil when it takes longer than there is.
    package let proofSeconds: Double?
    /// Why something isn't known or can't be; nil when there is nothing to say.
    package let note: String?
}

/// A harm and how likely it is to be found.
package struct HarmForecast: Hashable, Sendable, Codable {
    /// In plain words: `errors 0.1 % → 1 %`.
    package let harm: String
    /// In 0…1 for shares; for latency the factor.
    package let from: Double
    package let to: Double
    package let probability: Double
    /// From the end of the warm-up until half of such harms are found; nil when that is after the deadline.
    package let medianSeconds: Double?
}

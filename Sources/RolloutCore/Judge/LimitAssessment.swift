/// What one absolute limit found.
package struct LimitAssessment: Hashable, Sendable, Codable {
    package let verdict: Verdict
    package let message: String
    package let limit: AbsoluteLimit
    /// The canary's value over the limit's stretch, in the limit's unit; absent without data and beyond what
    /// a histogram can hold, since no document can carry an infinite number.
    package let observed: Double?
    /// How long the canary has been above without a break, in whole intervals.
    package let aboveForSeconds: Int

    package init(
        verdict: Verdict,
        message: String,
        limit: AbsoluteLimit,
        observed: Double?,
        aboveForSeconds: Int
    ) {
        self.verdict = verdict
        self.message = message
        self.limit = limit
        self.observed = observed
        self.aboveForSeconds = aboveForSeconds
    }
}

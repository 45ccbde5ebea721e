/// Whether requests were split as routed.
package struct SampleRatioAssessment: Hashable, Sendable, Codable {
    package let verdict: Verdict
    package let message: String
    package let level: EvidenceLevel
    package let canaryRequests: Int64
    package let stableRequests: Int64

    package init(
        verdict: Verdict,
        message: String,
        level: EvidenceLevel,
        canaryRequests: Int64,
        stableRequests: Int64
    ) {
        self.verdict = verdict
        self.message = message
        self.level = level
        self.canaryRequests = canaryRequests
        self.stableRequests = stableRequests
    }
}

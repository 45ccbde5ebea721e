/// What the hard stop found.
package struct HardStopAssessment: Hashable, Sendable, Codable {
    package let verdict: Verdict
    package let message: String
    package let requests: Int64
    package let errors: Int64
    package let connectFailureRun: Int64
    package let rule: HardStop

    package init(
        verdict: Verdict,
        message: String,
        requests: Int64,
        errors: Int64,
        connectFailureRun: Int64,
        rule: HardStop
    ) {
        self.verdict = verdict
        self.message = message
        self.requests = requests
        self.errors = errors
        self.connectFailureRun = connectFailureRun
        self.rule = rule
    }
}

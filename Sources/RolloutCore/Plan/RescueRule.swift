/// When stable answers a request in the place of a canary that was asked.
///
/// Evidence is compared as if nobody was rescued: what decides about a rescue ends a request of either cohort as far as it is counted.
package struct RescueRule: Hashable, Sendable, Codable {
    /// Whether a request is repeated when the canary answers 500 or above, or no connection brings a whole head of an answer.
    package var serverErrors: Bool
    /// Whether it is repeated, too, when so long after the whole request was sent there is no head of an answer: 100…600 000; nil
    /// waits as long as the gateway does. In both cohorts a later answer counts as a timeout.
    package var afterMilliseconds: Int?
    /// Requests with larger bodies are not repeated, since they would have to be kept; 0…1 048 576.
    package var maximumBodyBytes: Int

    package init(serverErrors: Bool = true, afterMilliseconds: Int? = nil, maximumBodyBytes: Int = 65_536) {
        self.serverErrors = serverErrors
        self.afterMilliseconds = afterMilliseconds
        self.maximumBodyBytes = maximumBodyBytes
    }
}

extension RescueRule {
    func check(_ rules: inout PlanRules) {
        rules.require(
            self.serverErrors || self.afterMilliseconds != nil,
            "/rescue",
            "rescues nobody: needs serverErrors true or afterMilliseconds; null switches it off"
        )
        if let limit = self.afterMilliseconds {
            rules.require(
                100...600_000,
                limit,
                "/rescue/afterMilliseconds",
                "must be 100 to 600000; best well above stable's p99, since in both cohorts later answers count as timeouts"
            )
        }
        rules.require(
            0...1_048_576,
            self.maximumBodyBytes,
            "/rescue/maximumBodyBytes",
            "must be 0 to 1048576; larger bodies are not kept"
        )
    }
}

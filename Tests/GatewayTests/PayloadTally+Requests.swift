import RolloutCore

extension PayloadTally {
    /// What became of the requests, without their rows.
    var requests: PayloadTally {
        PayloadTally(
            inspected: self.inspected,
            malformedRequests: self.malformedRequests,
            malformedResponses: self.malformedResponses,
            oversized: self.oversized,
            dropped: self.dropped
        )
    }
}

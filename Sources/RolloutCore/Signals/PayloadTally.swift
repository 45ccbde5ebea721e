/// What became of the payloads that the tap looked at, in requests.
package struct PayloadTally: Hashable, Sendable {
    /// Copied and decoded.
    package var inspected: Int64
    /// The request did not parse: the client's doing, and alike in both cohorts.
    package var malformedRequests: Int64
    /// The answer did not parse, or had no prediction in it.
    package var malformedResponses: Int64
    /// Left out because a body is larger than the tap may copy.
    package var oversized: Int64
    /// Left out because the tap had no room or no time.
    package var dropped: Int64

    package init(
        inspected: Int64 = 0,
        malformedRequests: Int64 = 0,
        malformedResponses: Int64 = 0,
        oversized: Int64 = 0,
        dropped: Int64 = 0
    ) {
        self.inspected = inspected
        self.malformedRequests = malformedRequests
        self.malformedResponses = malformedResponses
        self.oversized = oversized
        self.dropped = dropped
    }

    package mutating func merge(_ other: PayloadTally) {
        self.inspected += other.inspected
        self.malformedRequests += other.malformedRequests
        self.malformedResponses += other.malformedResponses
        self.oversized += other.oversized
        self.dropped += other.dropped
    }
}

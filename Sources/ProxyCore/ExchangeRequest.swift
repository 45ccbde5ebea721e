/// What the beginning of a request fixes for its whole life.
package struct ExchangeRequest: Hashable, Sendable {
    /// A repetition has the same effect (RFC 9110 section 9.2.2) and there is no body that would have to be kept.
    package var isReplayable: Bool
    /// The request was drawn for a canary, so stable may answer in its place as long as nothing was sent.
    package var hasFallback: Bool
    /// Stable may answer in the canary's place even though the canary was asked; nil where the plan doesn't say so.
    package var rescue: Rescue?
    /// The whole body was there together with the head.
    package var isComplete: Bool
    /// The client wants to keep its connection.
    package var clientIsPersistent: Bool

    /// How a request may be rescued.
    package struct Rescue: Hashable, Sendable {
        /// A 5xx, or no head of an answer, is repaired.
        package var serverErrors: Bool
        /// The request is of a kind that may be sent twice, and is kept meanwhile.
        package var isRepeatable: Bool

        package init(serverErrors: Bool, isRepeatable: Bool) {
            self.serverErrors = serverErrors
            self.isRepeatable = isRepeatable
        }
    }

    package init(
        isReplayable: Bool,
        hasFallback: Bool,
        rescue: Rescue? = nil,
        isComplete: Bool,
        clientIsPersistent: Bool
    ) {
        self.isReplayable = isReplayable
        self.hasFallback = hasFallback
        self.rescue = rescue
        self.isComplete = isComplete
        self.clientIsPersistent = clientIsPersistent
    }
}

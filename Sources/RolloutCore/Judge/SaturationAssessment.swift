/// Requests of the present step that found no place within the versions' limits of requests in flight.
package struct SaturationAssessment: Hashable, Sendable, Codable {
    package let canaryTurnedAway: Int64
    /// Those turned away among them.
    package let canaryRequests: Int64
    package let stableTurnedAway: Int64
    package let stableRequests: Int64
    /// The canary can't take its share: more than 1 % of its requests, and more than of stable's. It isn't advanced meanwhile.
    package let isTooMuch: Bool

    package init(
        canaryTurnedAway: Int64,
        canaryRequests: Int64,
        stableTurnedAway: Int64,
        stableRequests: Int64,
        isTooMuch: Bool
    ) {
        self.canaryTurnedAway = canaryTurnedAway
        self.canaryRequests = canaryRequests
        self.stableTurnedAway = stableTurnedAway
        self.stableRequests = stableRequests
        self.isTooMuch = isTooMuch
    }
}

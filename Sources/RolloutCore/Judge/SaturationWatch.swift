/// How often requests found no place within the versions' own limits of requests in flight.
///
/// Such a request says nothing about the answers of the version, so no comparison counts it. But the ones that did get through are
/// those of its quieter moments, and a version that can't take its share of the traffic now can't take all of it later: as long as more
/// than one in a hundred is turned away, and more than of stable's, the canary isn't advanced.
struct SaturationWatch: Hashable, Sendable {
    private static let bearableShare = 0.01

    private struct Pair: Hashable, Sendable {
        var canary = Turned()
        var stable = Turned()
    }

    private struct Turned: Hashable, Sendable {
        var away: Int64 = 0
        var requests: Int64 = 0

        mutating func add(_ outcomes: OutcomeCounts) {
            self.away += outcomes[.saturated]
            self.requests += outcomes[.saturated] + outcomes.asked
        }

        mutating func merge(_ other: Turned) {
            self.away += other.away
            self.requests += other.requests
        }

        var share: Double { self.requests > 0 ? Double(self.away) / Double(self.requests) : 0 }
    }

    private var byGeneration: [Int64: Pair] = [:]

    mutating func fold(_ stratum: EvidenceStratum) {
        self.byGeneration[stratum.generation, default: Pair()].canary.add(stratum.canary.outcomes)
        self.byGeneration[stratum.generation, default: Pair()].stable.add(stratum.stable.outcomes)
    }

    /// - Parameter generation: The first of the present step.
    /// - Returns: Nil when no request of the canary was turned away.
    func assess(since generation: Int64) -> SaturationAssessment? {
        var pair = Pair()
        for (number, counted) in self.byGeneration where number >= generation {
            pair.canary.merge(counted.canary)
            pair.stable.merge(counted.stable)
        }
        if pair.canary.away == 0 { return nil }
        return SaturationAssessment(
            canaryTurnedAway: pair.canary.away,
            canaryRequests: pair.canary.requests,
            stableTurnedAway: pair.stable.away,
            stableRequests: pair.stable.requests,
            isTooMuch: pair.canary.share > max(Self.bearableShare, pair.stable.share)
        )
    }
}

import Statistics

/// Requests of which both versions are asked, so that what makes one of them fail may make the other fail, too.
struct MirroredTraffic: Sendable {
    /// Mirrored in an interval.
    var requests: Int64 = 100
    /// The probability that a request fails, at each version.
    let canaryBad: Double
    let stableBad: Double
    /// The part of stable's failures that are in the request: there both fail.
    var sharedPart = 0.0
    /// Nothing is wrong before it.
    var harmStart = 1

    func counts(ofInterval interval: Int, _ random: inout SeededRandom) -> MirroredCounts {
        let canaryBad = interval < harmStart ? stableBad : canaryBad
        let both = sharedPart * min(canaryBad, stableBad)
        let drawn = random.multinomial(
            requests,
            [both, canaryBad - both, stableBad - both, 1 - canaryBad - stableBad + both]
        )
        return MirroredCounts(neither: drawn[3], canaryOnly: drawn[1], stableOnly: drawn[2], both: drawn[0])
    }

    func scenario(_ name: String, _ truth: Scenario<MirroredCounts>.Truth) -> Scenario<MirroredCounts> {
        Scenario(name, truth) { _ in
            var interval = 0
            return { random in
                interval += 1
                return counts(ofInterval: interval, &random)
            }
        }
    }
}

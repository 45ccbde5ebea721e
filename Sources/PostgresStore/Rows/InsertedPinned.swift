import RolloutCore

/// Pinned requests that ended alike, as the statement takes them.
struct InsertedPinned: Encodable {
    let model: String
    let version: String
    let outcome: String
    let requests: Int64

    /// One entry an outcome that happened.
    static func rows(_ tallies: [PinnedTally]) -> [InsertedPinned] {
        tallies.flatMap { tally in
            Outcome.allCases.filter { tally.outcomes[$0] > 0 }.map { outcome in
                InsertedPinned(
                    model: tally.model.text,
                    version: tally.version.text,
                    outcome: outcome.name,
                    requests: tally.outcomes[outcome]
                )
            }
        }
    }
}

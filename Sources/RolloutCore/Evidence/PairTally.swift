package import Statistics

/// What became of mirrored requests: stable answered the client, and the canary was asked the same without anybody waiting.
///
/// Kept in the canary's detail, beside what clients of the canary itself met: none of these requests is among its outcomes.
package struct PairTally: Hashable, Sendable {
    /// How both ended, where both are known.
    ///
    /// A pair whose client left is here only when the canary had answered by then and stable hadn't begun to, as `clientAborted` of
    /// stable: any other such pair is in `abandoned`, because of stable it is never known how it would have ended.
    package var outcomes: PairOutcomes
    /// Copies that were made and say nothing: the client left, or the gateway itself broke one of the two off or had no place for it.
    package var abandoned: Int64
    /// Requests that were drawn for a copy and got none: too large a body, too many copies in flight, too little memory. They are evidence
    /// of nothing.
    package var dropped: Int64
    /// Microseconds of the pairs that both answered, counted as everywhere else. For show: the canary is asked after stable, over
    /// connections of its own and under another load.
    package var canaryLatency: LatencyHistogram
    package var stableLatency: LatencyHistogram

    package init(
        outcomes: PairOutcomes = .init(),
        abandoned: Int64 = 0,
        dropped: Int64 = 0,
        canaryLatency: LatencyHistogram = .init(),
        stableLatency: LatencyHistogram = .init()
    ) {
        self.outcomes = outcomes
        self.abandoned = abandoned
        self.dropped = dropped
        self.canaryLatency = canaryLatency
        self.stableLatency = stableLatency
    }

    package mutating func merge(_ other: PairTally) {
        self.outcomes.merge(other.outcomes)
        self.abandoned += other.abandoned
        self.dropped += other.dropped
        self.canaryLatency.merge(other.canaryLatency)
        self.stableLatency.merge(other.stableLatency)
    }

    package func merged(with other: PairTally) -> PairTally {
        var sum = self
        sum.merge(other)
        return sum
    }
}

extension PairTally: Codable {
    private enum CodingKeys: String, CodingKey { case outcomes, abandoned, dropped, canaryLatency, stableLatency }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            outcomes: try container.decode(forKey: .outcomes, else: PairOutcomes()),
            abandoned: try container.decode(forKey: .abandoned, else: 0),
            dropped: try container.decode(forKey: .dropped, else: 0),
            canaryLatency: try container.decode(forKey: .canaryLatency, else: LatencyHistogram()),
            stableLatency: try container.decode(forKey: .stableLatency, else: LatencyHistogram())
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.outcomes, forKey: .outcomes, unless: PairOutcomes())
        try container.encode(self.abandoned, forKey: .abandoned, unless: 0)
        try container.encode(self.dropped, forKey: .dropped, unless: 0)
        try container.encode(self.canaryLatency, forKey: .canaryLatency, unless: LatencyHistogram())
        try container.encode(self.stableLatency, forKey: .stableLatency, unless: LatencyHistogram())
    }
}

extension CohortTally {
    /// Requests that were the version's to answer, mirrored ones included.
    package var asked: Int64 { self.outcomes.asked + (self.detail.pairs?.outcomes.total ?? 0) }

    /// Requests that say something about the version, mirrored ones included.
    package var judged: Int64 { self.outcomes.judged + (self.detail.pairs?.outcomes.total ?? 0) }
}

/// What a version's signals looked like when it was made: training data, or stable's own past.
package struct Baseline: Hashable, Sendable, Codable {
    package var signals: [SignalName: BaselineSignal]
    /// Where it came from, in words: a file's name, `from stable`.
    package var origin: String

    package init(signals: [SignalName: BaselineSignal], origin: String) {
        self.signals = signals
        self.origin = origin
    }
}

/// One signal of a baseline: its distribution, and what is demanded of it.
package struct BaselineSignal: Hashable, Sendable, Codable {
    /// Absent when only constraints are known.
    package var tally: SignalTally?
    package var constraint: SignalConstraint
    /// The edges of the histogram that `tally` was made of, ascending, when no more of the distribution is known: it is compared at
    /// these only. Nil when the tally counted the values themselves.
    package var edges: [Double]?

    package init(tally: SignalTally?, constraint: SignalConstraint = .init(), edges: [Double]? = nil) {
        self.tally = tally
        self.constraint = constraint
        self.edges = edges
    }
}

/// What is demanded of a signal's values; what is nil isn't demanded.
package struct SignalConstraint: Hashable, Sendable, Codable {
    package var kind: SignalKind?
    /// Least share of rows with a value, 0…1.
    package var completeness: Double?
    package var minimum: Double?
    package var maximum: Double?
    /// The words it may be.
    package var domain: [String]?
    /// Share of rows that may have words out of the domain, 0…1.
    package var unseenShare: Double?
    /// The distance from the baseline at which it has drifted, in 0…1; nil uses the defaults of each distance.
    package var driftThreshold: Double?

    package init(
        kind: SignalKind? = nil,
        completeness: Double? = nil,
        minimum: Double? = nil,
        maximum: Double? = nil,
        domain: [String]? = nil,
        unseenShare: Double? = nil,
        driftThreshold: Double? = nil
    ) {
        self.kind = kind
        self.completeness = completeness
        self.minimum = minimum
        self.maximum = maximum
        self.domain = domain
        self.unseenShare = unseenShare
        self.driftThreshold = driftThreshold
    }
}

/// Something that is not as it was, or not as it should be.
package struct WatchFinding: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case stableDegraded, qualityDegraded, dataQualityViolated, driftDetected, classImbalance
    }

    package enum State: String, Hashable, Sendable, Codable, CaseIterable {
        /// Found; whether it stays isn't known yet.
        case temporary
        /// It has stayed.
        case lasting
        case over
    }

    package enum Ending: String, Hashable, Sendable, Codable, CaseIterable {
        /// It went back to what it was.
        case recovered
        /// A person took the new level for normal.
        case acknowledged
        /// It lasted so long that it was learnt as normal.
        case becameNormal
    }

    /// 1, 2, 3 … within a watch.
    package let number: Int
    package let kind: Kind
    package let subject: WatchSubject
    /// When it began, as far as can be told.
    package let since: Timestamp
    package let detectedAt: Timestamp
    package internal(set) var state: State
    package internal(set) var lastingAt: Timestamp?
    package internal(set) var endedAt: Timestamp?
    package internal(set) var ending: Ending?
    package internal(set) var severity: WatchSeverity
    /// One sentence in plain words.
    package let message: String
}

/// The numbers of a finding.
package struct WatchSeverity: Hashable, Sendable, Codable {
    /// What is counted, in few words: `requests beyond its p99`, `class 'cat'`.
    package var question: String
    /// Bad among the units since it began; for distributions and limits of the last comparison.
    package var bad: Int64
    package var units: Int64
    /// The value now and before: shares in 0…1, or of a limit the value and the limit. Nil where undefined.
    package var now: Double?
    package var before: Double?
    /// ln of the detector and of what it had to reach; nil for limits and comparisons with a baseline.
    package var logEvidence: Double?
    package var logThreshold: Double?
    /// Of distributions.
    package var stabilityIndexAdjusted: Double?
    package var jensenShannon: Double?
    package var evenness: Double?
    package var evennessBefore: Double?
    package var imbalanceRatio: Double?
    package var imbalanceRatioBefore: Double?

    init(question: String, bad: Int64, units: Int64, now: Double?, before: Double?) {
        self.question = question
        self.bad = bad
        self.units = units
        self.now = now
        self.before = before
    }
}

/// A change of a finding's state: what alerts and history are made of.
package struct WatchEvent: Hashable, Sendable, Codable {
    /// Past tense, as all kinds of events.
    package enum Name: String, Hashable, Sendable, Codable, CaseIterable {
        case stableDegraded, stableRecovered
        case qualityDegraded, qualityRecovered
        case dataQualityViolated, dataQualityRestored
        case driftDetected, driftEnded
        case classImbalanceDetected, classImbalanceEnded
        /// Of any kind: it has stayed.
        case findingPersisted
    }

    package let name: Name
    package let at: Timestamp
    package let finding: WatchFinding
}

extension WatchFinding {
    var openingName: WatchEvent.Name {
        switch self.kind {
        case .stableDegraded: .stableDegraded
        case .qualityDegraded: .qualityDegraded
        case .dataQualityViolated: .dataQualityViolated
        case .driftDetected: .driftDetected
        case .classImbalance: .classImbalanceDetected
        }
    }

    var closingName: WatchEvent.Name {
        switch self.kind {
        case .stableDegraded: .stableRecovered
        case .qualityDegraded: .qualityRecovered
        case .dataQualityViolated: .dataQualityRestored
        case .driftDetected: .driftEnded
        case .classImbalance: .classImbalanceEnded
        }
    }
}

package import RolloutCore

/// The newest finding about an open rollout.
package struct StoredFinding: Hashable, Sendable {
    package let reason: String
    package let assessment: Assessment

    package init(reason: String, assessment: Assessment) {
        self.reason = reason
        self.assessment = assessment
    }
}

/// A model's route as committed: the canary's part is there during rollouts only.
package struct CommittedRoute: Hashable, Sendable {
    package struct Canary: Hashable, Sendable {
        package let rollout: RolloutID
        package let version: VersionName
        package let weight: Weight
        /// The share of stable's requests that is mirrored to the canary; nil for none.
        package let mirror: Weight?
        /// The share of stable's requests that is kept apart for comparison.
        package let baseline: Weight

        package init(
            rollout: RolloutID,
            version: VersionName,
            weight: Weight,
            mirror: Weight? = nil,
            baseline: Weight = .zero
        ) {
            self.rollout = rollout
            self.version = version
            self.weight = weight
            self.mirror = mirror
            self.baseline = baseline
        }
    }

    package let model: ModelName
    package let generation: Int64
    package let stable: VersionName
    package let canary: Canary?

    package init(model: ModelName, generation: Int64, stable: VersionName, canary: Canary?) {
        self.model = model
        self.generation = generation
        self.stable = stable
        self.canary = canary
    }
}

/// What one version did over some time.
package struct VersionTraffic: Hashable, Sendable {
    package let version: VersionName
    package let cohort: Cohort
    package let tally: CohortTally

    package init(version: VersionName, cohort: Cohort, tally: CohortTally) {
        self.version = version
        self.cohort = cohort
        self.tally = tally
    }
}

/// A gateway as it last reported.
package struct GatewayReport: Hashable, Sendable {
    package let replica: String
    package let name: String
    package let appliedGeneration: Int64
    package let startedAt: Timestamp
    package let seenAt: Timestamp

    package init(replica: String, name: String, appliedGeneration: Int64, startedAt: Timestamp, seenAt: Timestamp) {
        self.replica = replica
        self.name = name
        self.appliedGeneration = appliedGeneration
        self.startedAt = startedAt
        self.seenAt = seenAt
    }
}

/// The kinds of things that happen; past tense.
package enum EventKind: String, Hashable, Sendable, CaseIterable {
    case modelCreated, versionRegistered, stableAppointed
    case rolloutStarted, rolloutAdvanced, rolloutPromoted, rolloutRolledBack, rolloutInconclusive, rolloutSuperseded
    case rolloutPaused, rolloutResumed, stableRestored
    case signalsChanged, baselineSet
    case stableDegraded, stableRecovered, qualityDegraded, qualityRecovered, dataQualityViolated, dataQualityRestored
    case driftDetected, driftEnded, classImbalanceDetected, classImbalanceEnded, findingPersisted
}

/// Something that happened and is about to be committed.
package struct NewEvent: Hashable, Sendable {
    package let kind: EventKind
    package let model: ModelName
    package let version: VersionName?
    package let rollout: RolloutID?
    package let message: String

    package init(
        kind: EventKind,
        model: ModelName,
        version: VersionName? = nil,
        rollout: RolloutID? = nil,
        message: String
    ) {
        self.kind = kind
        self.model = model
        self.version = version
        self.rollout = rollout
        self.message = message
    }
}

/// Something that happened: ids grow in the order of commit.
package struct Event: Hashable, Sendable {
    package let id: Int64
    package let occurredAt: Timestamp
    package let event: NewEvent

    package init(id: Int64, occurredAt: Timestamp, event: NewEvent) {
        self.id = id
        self.occurredAt = occurredAt
        self.event = event
    }
}

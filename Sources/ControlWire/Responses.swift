package import RolloutCore

/// RFC 9457. `type` is `about:blank` for what the status says by itself, else `urn:serin:problem:…`.
package struct Problem: Codable, Equatable, Sendable {
    package let type: String
    package let title: String
    package let status: Int
    package let detail: String
    /// JSON Pointer to the wrong field of the request's body.
    package let pointer: String?
    /// The rollout that stands in the way.
    package let rollout: Int64?

    package init(
        type: String = "about:blank",
        title: String,
        status: Int,
        detail: String,
        pointer: String? = nil,
        rollout: Int64? = nil
    ) {
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
        self.pointer = pointer
        self.rollout = rollout
    }
}

package struct VersionResponse: Codable, Equatable, Sendable {
    package let model: ModelName
    package let version: VersionName
    package let state: VersionState
    package let upstreams: [UpstreamURL]
    package let upstreamModel: String?
    package let upstreamVersion: String?
    package let labels: [String: String]
    package let plan: RolloutPlan
    package let registeredAt: Timestamp
    package let stateChangedAt: Timestamp

    package init(_ version: ModelVersion) {
        self.model = version.model
        self.version = version.name
        self.state = version.state
        self.upstreams = version.specification.upstreams
        self.upstreamModel = version.specification.upstreamModel
        self.upstreamVersion = version.specification.upstreamVersion
        self.labels = version.specification.labels
        self.plan = version.specification.plan
        self.registeredAt = version.registeredAt
        self.stateChangedAt = version.stateChangedAt
    }
}

/// A rollout's state in words.
package struct StateResponse: Codable, Equatable, Sendable {
    /// `pending`, `warming`, `progressing`, `awaitingApproval`, `promoted`, `rolledBack`, `inconclusive` or
    /// `superseded`.
    package let phase: String
    package let paused: Bool
    /// From 1; absent when the rollout is settled.
    package let step: Int?
    package let cause: String?

    package init(_ state: RolloutState) {
        switch state {
        case .running(let stage), .paused(let stage):
            switch stage {
            case .pending: self.phase = "pending"
            case .warming: self.phase = "warming"
            case .progressing: self.phase = "progressing"
            case .awaitingApproval: self.phase = "awaitingApproval"
            }
            self.paused = state.isPaused
            self.step = stage.step + 1
            self.cause = nil
        case .promoted: (self.phase, self.paused, self.step, self.cause) = ("promoted", false, nil, nil)
        case .rolledBack(let cause):
            (self.phase, self.paused, self.step, self.cause) = ("rolledBack", false, nil, cause.rawValue)
        case .inconclusive(let cause):
            (self.phase, self.paused, self.step, self.cause) = ("inconclusive", false, nil, cause.rawValue)
        case .superseded: (self.phase, self.paused, self.step, self.cause) = ("superseded", false, nil, nil)
        }
    }

    package var isOpen: Bool { self.step != nil }
}

package struct RolloutResponse: Codable, Equatable, Sendable {
    package let id: RolloutID
    package let model: ModelName
    package let canary: VersionName
    package let stable: VersionName
    package let state: StateResponse
    /// Basis points.
    package let canaryWeight: Weight
    package let plan: RolloutPlan
    package let startedAt: Timestamp
    package let stageSince: Timestamp
    package let deadline: Timestamp
    package let settledAt: Timestamp?
    package let restoredAt: Timestamp?
    /// Number of its newest decision.
    package let sequence: Int64
    package let finding: FindingResponse?

    package init(_ rollout: Rollout, finding: FindingResponse? = nil) {
        self.id = rollout.id
        self.model = rollout.model
        self.canary = rollout.canary
        self.stable = rollout.stable
        self.state = StateResponse(rollout.state)
        self.canaryWeight = rollout.canaryWeight
        self.plan = rollout.plan
        self.startedAt = rollout.startedAt
        self.stageSince = rollout.stageSince
        self.deadline = rollout.deadline
        self.settledAt = rollout.settledAt
        self.restoredAt = rollout.restoredAt
        self.sequence = rollout.sequence
        self.finding = finding
    }
}

/// What the loop last found, and why it decided as it did.
package struct FindingResponse: Codable, Equatable, Sendable {
    package let reason: String
    package let assessment: Assessment

    package init(reason: String, assessment: Assessment) {
        self.reason = reason
        self.assessment = assessment
    }
}

package struct DecisionResponse: Codable, Equatable, Sendable {
    package let rollout: RolloutID
    package let sequence: Int64
    package let kind: DecisionKind
    package let reason: String
    package let actor: String
    package let decidedAt: Timestamp
    package let stateBefore: StateResponse
    package let stateAfter: StateResponse
    package let canaryWeight: Weight
    package let assessment: Assessment?

    package init(_ decision: Decision) {
        self.rollout = decision.rollout
        self.sequence = decision.sequence
        self.kind = decision.kind
        self.reason = decision.reason
        self.actor = decision.actor.description
        self.decidedAt = decision.decidedAt
        self.stateBefore = StateResponse(decision.stateBefore)
        self.stateAfter = StateResponse(decision.stateAfter)
        self.canaryWeight = decision.canaryWeight
        self.assessment = decision.assessment
    }
}

/// What one version did in the last seconds.
package struct TrafficResponse: Codable, Equatable, Sendable {
    package let version: VersionName
    package let cohort: Cohort
    /// Of the model's requests in that time, 0…1.
    package let share: Double
    package let requestsPerSecond: Double
    package let numbers: CohortNumbers

    package init(version: VersionName, cohort: Cohort, share: Double, requestsPerSecond: Double, numbers: CohortNumbers)
    {
        self.version = version
        self.cohort = cohort
        self.share = share
        self.requestsPerSecond = requestsPerSecond
        self.numbers = numbers
    }
}

package struct GatewayResponse: Codable, Equatable, Sendable {
    package let name: String
    package let replica: String
    package let appliedGeneration: Int64
    package let seenAt: Timestamp
    /// Whether it was seen in the last seconds.
    package let live: Bool

    package init(name: String, replica: String, appliedGeneration: Int64, seenAt: Timestamp, live: Bool) {
        self.name = name
        self.replica = replica
        self.appliedGeneration = appliedGeneration
        self.seenAt = seenAt
        self.live = live
    }
}

package struct ModelResponse: Codable, Equatable, Sendable {
    package let name: ModelName
    package let route: OwnRoute?
    package let autoStart: Bool
    package let labels: [String: String]
    package let createdAt: Timestamp
    package let stable: VersionName?
    package let canary: VersionName?
    /// Basis points; 0 outside rollouts.
    package let canaryWeight: Weight
    /// Of the model's route; 0 before its first version.
    package let generation: Int64
    /// The open rollout, else the newest one.
    package let rollout: RolloutResponse?
    /// Newest first.
    package let versions: [VersionResponse]
    /// Over the last `trafficSeconds`.
    package let traffic: [TrafficResponse]
    package let trafficSeconds: Int
    package let gateways: [GatewayResponse]

    package init(
        _ model: Model,
        stable: VersionName?,
        canary: VersionName?,
        canaryWeight: Weight,
        generation: Int64,
        rollout: RolloutResponse?,
        versions: [VersionResponse],
        traffic: [TrafficResponse],
        trafficSeconds: Int,
        gateways: [GatewayResponse]
    ) {
        self.name = model.name
        switch model.match {
        case .standard: self.route = nil
        case .custom(let own): self.route = own
        }
        self.autoStart = model.autoStart
        self.labels = model.labels
        self.createdAt = model.createdAt
        self.stable = stable
        self.canary = canary
        self.canaryWeight = canaryWeight
        self.generation = generation
        self.rollout = rollout
        self.versions = versions
        self.traffic = traffic
        self.trafficSeconds = trafficSeconds
        self.gateways = gateways
    }
}

/// A list that may grow fields beside its items.
package struct Page<Item: Codable & Sendable>: Codable, Sendable {
    package let items: [Item]

    package init(_ items: [Item]) { self.items = items }
}

extension Page: Equatable where Item: Equatable {}

package struct RegistrationResponse: Codable, Equatable, Sendable {
    package let version: VersionResponse
    package let rollout: RolloutResponse?
    package let propagation: PropagationResponse

    package init(version: VersionResponse, rollout: RolloutResponse?, propagation: PropagationResponse) {
        self.version = version
        self.rollout = rollout
        self.propagation = propagation
    }
}

package struct CommandResponse: Codable, Equatable, Sendable {
    /// False when it had taken effect before.
    package let changed: Bool
    package let message: String
    package let rollout: RolloutResponse?
    package let propagation: PropagationResponse

    package init(changed: Bool, message: String, rollout: RolloutResponse?, propagation: PropagationResponse) {
        self.changed = changed
        self.message = message
        self.rollout = rollout
        self.propagation = propagation
    }
}

/// Which gateways route by the committed generation at the time of the answer.
package struct PropagationResponse: Codable, Equatable, Sendable {
    package let generation: Int64
    package let applied: [String]
    /// Live gateways that had not reported it when the answer was given.
    package let pending: [String]

    package init(generation: Int64, applied: [String], pending: [String]) {
        self.generation = generation
        self.applied = applied
        self.pending = pending
    }
}

/// One stratum of a rollout's evidence.
package struct StratumResponse: Codable, Equatable, Sendable {
    package struct CohortCounts: Codable, Equatable, Sendable {
        package let outcomes: OutcomeCounts
        package let meanLatencyMilliseconds: Double?
        package let latencyBuckets: [Int]
        package let latencyCounts: [Int64]
    }

    package let tick: Int64
    package let intervalStart: Timestamp
    package let generation: Int64
    package let canaryWeight: Weight
    package let droppedRequests: Int64
    package let canary: CohortCounts
    package let stable: CohortCounts
}

package struct EvidenceResponse: Codable, Equatable, Sendable {
    package let rollout: RolloutResponse
    /// In the order in which the judge folds them.
    package let strata: [StratumResponse]

    package init(rollout: RolloutResponse, strata: [StratumResponse]) {
        self.rollout = rollout
        self.strata = strata
    }
}

package struct EventResponse: Codable, Equatable, Sendable {
    package let id: Int64
    package let occurredAt: Timestamp
    package let kind: String
    package let model: ModelName
    package let version: VersionName?
    package let rollout: RolloutID?
    package let message: String

    package init(
        id: Int64,
        occurredAt: Timestamp,
        kind: String,
        model: ModelName,
        version: VersionName?,
        rollout: RolloutID?,
        message: String
    ) {
        self.id = id
        self.occurredAt = occurredAt
        self.kind = kind
        self.model = model
        self.version = version
        self.rollout = rollout
        self.message = message
    }
}

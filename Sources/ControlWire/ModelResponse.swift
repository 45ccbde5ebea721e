package import RolloutCore

package struct ModelResponse: Codable, Equatable, Sendable {
    package let name: ModelName
    package let route: OwnRoute?
    package let autoStart: Bool
    package let labels: [String: String]
    /// How its payloads are understood; can be sent again unchanged.
    package let signals: ModelSignals
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
    /// What the watch over stable has found; absent in lists, and before the first look.
    package let watch: WatchResponse?
    /// Pinned requests of the last seven days, by version; they are in no other number.
    package let pinned: [PinnedResponse]

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
        gateways: [GatewayResponse],
        watch: WatchResponse? = nil,
        pinned: [PinnedResponse] = []
    ) {
        self.name = model.name
        switch model.match {
        case .standard: self.route = nil
        case .custom(let own): self.route = own
        }
        self.autoStart = model.autoStart
        self.labels = model.labels
        self.signals = model.signals
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
        self.watch = watch
        self.pinned = pinned
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

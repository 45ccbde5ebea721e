package import RolloutCore

/// `GET /v1/gateway` at a gateway's own socket: what it does at this moment.
package struct GatewayStateResponse: Codable, Equatable, Sendable {
    package struct Model: Codable, Equatable, Sendable {
        package let model: ModelName
        /// Of its route.
        package let generation: Int64
        package let arms: [Arm]

        package init(_ route: ModelRoute) {
            self.model = route.model
            self.generation = route.generation
            self.arms = route.arms.map { Arm(cohort: $0.cohort, version: $0.version, weight: $0.weight) }
        }
    }

    package struct Arm: Codable, Equatable, Sendable {
        package let cohort: Cohort
        package let version: VersionName
        /// Basis points, as applied.
        package let weight: Weight

        package init(cohort: Cohort, version: VersionName, weight: Weight) {
            self.cohort = cohort
            self.version = version
            self.weight = weight
        }
    }

    package let name: String
    package let replica: String
    /// Of the routes that all its loops apply; 0 before the first.
    package let generation: Int64
    /// Requests whose answer isn't complete.
    package let inFlight: Int
    package let connections: Int
    /// By name.
    package let models: [Model]
    /// Those it holds, oldest first.
    package let trips: [LocalTripResponse]

    package init(
        name: String,
        replica: String,
        generation: Int64,
        inFlight: Int,
        connections: Int,
        models: [Model],
        trips: [LocalTripResponse]
    ) {
        self.name = name
        self.replica = replica
        self.generation = generation
        self.inFlight = inFlight
        self.connections = connections
        self.models = models
        self.trips = trips
    }
}

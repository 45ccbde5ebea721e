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

package struct RegistrationResponse: Codable, Equatable, Sendable {
    package let version: VersionResponse
    package let rollout: RolloutResponse?
    package let propagation: PropagationResponse
    /// What its plan can find out at present traffic; absent for a first version and for one that is there.
    package let forecast: ForecastResponse?

    package init(
        version: VersionResponse,
        rollout: RolloutResponse?,
        propagation: PropagationResponse,
        forecast: ForecastResponse? = nil
    ) {
        self.version = version
        self.rollout = rollout
        self.propagation = propagation
        self.forecast = forecast
    }
}

/// Which gateways route by the committed generation at the time of the answer.
package struct PropagationResponse: Codable, Equatable, Sendable {
    package let generation: Int64
    package let applied: [String]
    /// Live gateways that had not reported it when the answer was given.
    package let pending: [String]
    /// Gateways seen within the last hour that don't report any more and had not applied it: they may still route as before.
    package let silent: [String]

    package init(generation: Int64, applied: [String], pending: [String], silent: [String] = []) {
        self.generation = generation
        self.applied = applied
        self.pending = pending
        self.silent = silent
    }
}

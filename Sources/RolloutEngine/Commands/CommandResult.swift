package import RolloutCore

/// What a command came to.
package struct CommandResult: Hashable, Sendable {
    /// False when the command had already taken effect: nothing was done again.
    package let changed: Bool
    /// One sentence for the person who asked.
    package let message: String
    package let rollout: Rollout?
    /// The route generation that carries the effect to the gateways.
    package let generation: Int64

    package init(changed: Bool, message: String, rollout: Rollout?, generation: Int64) {
        self.changed = changed
        self.message = message
        self.rollout = rollout
        self.generation = generation
    }
}

/// What a registration came to.
package struct RegistrationResult: Hashable, Sendable {
    /// False when the same version was registered before.
    package let created: Bool
    package let version: ModelVersion
    /// The rollout it is the canary of, if one has begun.
    package let rollout: Rollout?
    package let generation: Int64

    package init(created: Bool, version: ModelVersion, rollout: Rollout?, generation: Int64) {
        self.created = created
        self.version = version
        self.rollout = rollout
        self.generation = generation
    }
}

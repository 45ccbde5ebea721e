package import RolloutCore

/// What somebody at the gateway's machine orders: the canary of this model shall get nothing from this gateway.
package struct TripOrder: Sendable {
    package let model: ModelName
    /// The rollout that is meant; nil for the open one.
    package let rollout: RolloutID?
    /// Who orders it.
    package let name: String
    package let reason: String

    package init(model: ModelName, rollout: RolloutID?, name: String, reason: String) {
        self.model = model
        self.rollout = rollout
        self.name = name
        self.reason = reason
    }

    /// What it came to.
    package struct Result: Sendable {
        package enum Effect: Sendable, Equatable {
            /// No loop of this gateway sends the canary a new request from now on.
            case done
            /// An earlier trip has it so already.
            case already
            /// There is no such rollout, as the controller's store has it at this moment.
            case nothingToDo
        }

        package let effect: Effect
        /// Nil where there was nothing to do.
        package let trip: Trip?
        /// It lasts through a restart of the gateway.
        package let isKept: Bool
        /// The controller's store has it.
        package let isRecorded: Bool
        /// Between the order and its effect.
        package let duration: Duration
    }
}

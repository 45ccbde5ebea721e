/// The gateway's own emergency brake: it has taken a canary's traffic away by itself, at once, and tells the controller afterwards.
///
/// It belongs to one rollout and holds against every route generation, until that rollout has ended or the controller has
/// acknowledged the trip without ending it.
package struct Trip: Hashable, Sendable, Codable {
    package let id: TripID
    package let model: ModelName
    /// Nil while a gateway knows of none: an order by hand then waits for the first routes that come.
    package var rollout: RolloutID?
    /// Whether `rollout` is one the gateway heard of after the order, which named none: the controller decides whether it was meant.
    package var isAssumed: Bool
    /// Whose weight went to 0; nil while the gateway knows of none.
    package var canary: VersionName?
    /// Of the model's route as it was applied; 0 without one.
    package let generation: Int64
    package let cause: TripCause
    /// By the gateway's clock; in the store, by the store's.
    package var at: Timestamp
    /// What people call the gateway.
    package let gateway: String

    package init(
        id: TripID,
        model: ModelName,
        rollout: RolloutID?,
        isAssumed: Bool = false,
        canary: VersionName?,
        generation: Int64,
        cause: TripCause,
        at: Timestamp,
        gateway: String
    ) {
        self.id = id
        self.model = model
        self.rollout = rollout
        self.isAssumed = isAssumed
        self.canary = canary
        self.generation = generation
        self.cause = cause
        self.at = at
        self.gateway = gateway
    }

    /// One sentence for the record: what happened, where and when.
    package var reason: String {
        switch self.cause {
        case .hardStop(let rule, let evidence):
            "hard stop at gateway '\(self.gateway)' at \(self.at): \(rule.assess(evidence).message)"
        case .operator(_, let reason): "\(reason) (by hand at gateway '\(self.gateway)' at \(self.at))"
        }
    }

    /// Who is answerable for it.
    package var actor: Actor {
        switch self.cause {
        case .hardStop: .gateway(self.gateway)
        case .operator(let name, _): .operator(name)
        }
    }
}

/// Where a rollout stands: still open, or settled for ever.
///
/// `pending → warming → progressing(step) ⇄ awaitingApproval(step) → promoted`; every open state can be paused and resumed, and
/// every one can end as rolled back, inconclusive or superseded.
package enum RolloutState: Hashable, Sendable {
    /// Can go to: every other state.
    case running(Stage)
    /// The weight is held and nothing is promoted; guards still act. Can go to: the stage it holds, or any settled state.
    case paused(Stage)
    case promoted
    case rolledBack(RollbackCause)
    case inconclusive(InconclusiveCause)
    case superseded

    /// How far an open rollout has come.
    package enum Stage: Hashable, Sendable {
        /// Routed, but the canary has not been asked yet.
        case pending
        /// The canary answers; its evidence counts for hard stops only.
        case warming
        /// Under judgement at the weight of `steps[step]`.
        case progressing(step: Int)
        /// The step is done and waits for an operator; its weight stays.
        case awaitingApproval(step: Int)

        /// The index of the step whose weight is routed.
        package var step: Int {
            switch self {
            case .pending, .warming: 0
            case .progressing(let step), .awaitingApproval(let step): step
            }
        }
    }

    package var isSettled: Bool { self.openStage == nil }

    /// The stage of an open rollout, paused or not; nil when it is settled.
    package var openStage: Stage? {
        switch self {
        case .running(let stage), .paused(let stage): stage
        case .promoted, .rolledBack, .inconclusive, .superseded: nil
        }
    }

    package var isPaused: Bool {
        switch self {
        case .paused: true
        case .running, .promoted, .rolledBack, .inconclusive, .superseded: false
        }
    }
}

/// Why a canary was failed.
package enum RollbackCause: String, Hashable, Sendable, Codable, CaseIterable {
    /// An enforced check proved a loss.
    case check
    case hardStop
    case limit
    case `operator`
}

/// Why a rollout ended without proof for or against its canary.
package enum InconclusiveCause: String, Hashable, Sendable, Codable, CaseIterable {
    case deadline
    case noData
    case error
    case undecided
    /// Stable itself was replaced by a restore, so there was nothing left to compare with.
    case stableReplaced
}

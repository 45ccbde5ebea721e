/// The life of one rollout, as a value.
///
/// No clock, no I/O: the driver passes facts in, commits the new state together with the decision, and carries out the action
/// in the same transaction.
package struct RolloutStateMachine: Hashable, Sendable {
    package private(set) var state: RolloutState
    /// Strictly increasing, never empty.
    package let steps: [RolloutPlan.Step]

    package init(state: RolloutState = .running(.pending), steps: [RolloutPlan.Step]) {
        precondition(!steps.isEmpty, "a plan has at least one step")
        self.state = state
        self.steps = steps
    }

    /// What the decision loop has found out.
    package enum Event: Hashable, Sendable {
        case canaryAnswered
        case warmedUp
        /// The step has what it needs; names the step that was judged, so that a late finding can't advance the next one.
        case stepCompleted(step: Int)
        case failed(RollbackCause)
        case gaveUp(InconclusiveCause)
        case supersededByNewer
    }

    /// What an operator orders.
    package enum Command: Hashable, Sendable, CaseIterable {
        case rollback, promote, pause, resume
    }

    /// What must be committed together with the new state.
    package enum Action: Hashable, Sendable {
        case none
        /// Route this share to the canary.
        case route(canary: Weight)
        /// The canary becomes stable, stable becomes deprecated, all traffic goes to the new stable.
        case promote
        /// The canary gets this state, all traffic goes to stable.
        case withdraw(canary: VersionState)
    }

    /// An operator's command that this state doesn't allow.
    package struct IllegalCommand: Error, Hashable, Sendable {
        package let command: Command
        package let state: RolloutState
    }

    /// A settled rollout stays as it is: findings can arrive after an operator acted, and the committed state wins.
    package mutating func happened(_ event: Event) -> Action {
        guard let stage = self.state.openStage else { return .none }
        switch event {
        case .failed(let cause):
            self.state = .rolledBack(cause)
            return .withdraw(canary: .failed)
        case .gaveUp(let cause):
            self.state = .inconclusive(cause)
            return .withdraw(canary: .inconclusive)
        case .supersededByNewer:
            self.state = .superseded
            return .withdraw(canary: .superseded)
        case .canaryAnswered, .warmedUp, .stepCompleted:
            switch self.state {
            case .running: return self.advance(stage, event)
            case .paused, .promoted, .rolledBack, .inconclusive, .superseded: return .none
            }
        }
    }

    private mutating func advance(_ stage: RolloutState.Stage, _ event: Event) -> Action {
        switch (stage, event) {
        case (.pending, .canaryAnswered):
            self.state = .running(.warming)
            return .none
        case (.warming, .warmedUp), (.pending, .warmedUp):
            self.state = .running(.progressing(step: 0))
            return .none
        case (.progressing(let step), .stepCompleted(let judged)) where step == judged:
            if self.steps[step].approval {
                self.state = .running(.awaitingApproval(step: step))
                return .none
            }
            return self.leave(step: step)
        case (.pending, _), (.warming, _), (.progressing, _), (.awaitingApproval, _):
            return .none  // Each finding belongs to one stage; in another it is late.
        }
    }

    /// Beyond the last step lies promotion.
    private mutating func leave(step: Int) -> Action {
        guard step + 1 < self.steps.count else {
            self.state = .promoted
            return .promote
        }
        self.state = .running(.progressing(step: step + 1))
        return .route(canary: self.steps[step + 1].weight)
    }

    /// Repeating a command that already took effect does nothing more.
    package mutating func ordered(_ command: Command) throws(IllegalCommand) -> Action {
        switch (command, self.state) {
        case (.rollback, .running), (.rollback, .paused):
            self.state = .rolledBack(.operator)
            return .withdraw(canary: .failed)
        case (.promote, .running(.awaitingApproval(let step))), (.promote, .paused(.awaitingApproval(let step))):
            return self.leave(step: step)
        case (.promote, .running), (.promote, .paused):
            self.state = .promoted
            return .promote
        case (.pause, .running(let stage)):
            self.state = .paused(stage)
            return .none
        case (.resume, .paused(let stage)):
            self.state = .running(stage)
            return .none
        case (.rollback, .rolledBack), (.promote, .promoted), (.pause, .paused), (.resume, .running):
            return .none
        case (.rollback, .promoted), (.rollback, .inconclusive), (.rollback, .superseded),
            (.promote, .rolledBack), (.promote, .inconclusive), (.promote, .superseded),
            (.pause, .promoted), (.pause, .rolledBack), (.pause, .inconclusive), (.pause, .superseded),
            (.resume, .promoted), (.resume, .rolledBack), (.resume, .inconclusive), (.resume, .superseded):
            throw IllegalCommand(command: command, state: self.state)
        }
    }
}

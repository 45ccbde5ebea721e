import RolloutCore
import Testing

/// The whole behaviour of the state machine as tables: three steps, of which the middle one needs an approval.
enum RolloutMachineCases {
    typealias Machine = RolloutStateMachine
    typealias Stage = RolloutState.Stage

    static let steps = [
        RolloutPlan.Step(weight: basisPoints(500)),
        RolloutPlan.Step(weight: basisPoints(2_500), approval: true),
        RolloutPlan.Step(weight: basisPoints(5_000)),
    ]

    static let stages: [Stage] =
        [.pending, .warming] + steps.indices.map { .progressing(step: $0) }
        + steps.indices.map { .awaitingApproval(step: $0) }
    static let openStates = stages.map(RolloutState.running) + stages.map(RolloutState.paused)
    static let settledStates: [RolloutState] =
        [.promoted, .superseded] + RollbackCause.allCases.map(RolloutState.rolledBack)
        + InconclusiveCause.allCases.map(RolloutState.inconclusive)
    static let states = openStates + settledStates

    /// Findings that carry a rollout forward, in the order of the columns below.
    static let findings: [Machine.Event] =
        [.canaryAnswered, .warmedUp] + steps.indices.map { .stepCompleted(step: $0) }
    /// Findings that end it, with the state and the action they lead to.
    static let endings: [(event: Machine.Event, state: RolloutState, action: Machine.Action)] =
        RollbackCause.allCases.map { (.failed($0), .rolledBack($0), .withdraw(canary: .failed)) }
        + InconclusiveCause.allCases.map { (.gaveUp($0), .inconclusive($0), .withdraw(canary: .inconclusive)) }
        + [(.supersededByNewer, .superseded, .withdraw(canary: .superseded))]
    static let events = findings + endings.map(\.event)

    /// What an input does to a state.
    enum Effect: Hashable, Sendable {
        /// Nothing changes and nothing is to be done.
        case none
        case to(RolloutState, Machine.Action)
        case illegal
    }

    private static let warming = Effect.to(.running(.warming), .none)
    private static let first = Effect.to(.running(.progressing(step: 0)), .none)
    private static let second = Effect.to(.running(.progressing(step: 1)), .route(canary: basisPoints(2_500)))
    private static let third = Effect.to(.running(.progressing(step: 2)), .route(canary: basisPoints(5_000)))
    private static let waiting = Effect.to(.running(.awaitingApproval(step: 1)), .none)
    private static let promoted = Effect.to(.promoted, .promote)
    private static let withdrawn = Effect.to(.rolledBack(.operator), .withdraw(canary: .failed))
    private static func pause(_ stage: Stage) -> Effect { .to(.paused(stage), .none) }
    private static func resume(_ stage: Stage) -> Effect { .to(.running(stage), .none) }

    /// Columns: canaryAnswered, warmedUp, stepCompleted 0, 1, 2.
    private static let progress: [(Stage, [Effect])] = [
        (.pending, [warming, first, .none, .none, .none]),
        (.warming, [.none, first, .none, .none, .none]),
        (.progressing(step: 0), [.none, .none, second, .none, .none]),
        (.progressing(step: 1), [.none, .none, .none, waiting, .none]),
        (.progressing(step: 2), [.none, .none, .none, .none, promoted]),
        (.awaitingApproval(step: 0), [.none, .none, .none, .none, .none]),
        (.awaitingApproval(step: 1), [.none, .none, .none, .none, .none]),
        (.awaitingApproval(step: 2), [.none, .none, .none, .none, .none]),
    ]

    /// Columns: rollback, promote of a running rollout; pause and resume are the same in every stage.
    private static let orders: [(Stage, [Effect])] = [
        (.pending, [withdrawn, promoted]),
        (.warming, [withdrawn, promoted]),
        (.progressing(step: 0), [withdrawn, promoted]),
        (.progressing(step: 1), [withdrawn, promoted]),
        (.progressing(step: 2), [withdrawn, promoted]),
        (.awaitingApproval(step: 0), [withdrawn, second]),
        (.awaitingApproval(step: 1), [withdrawn, third]),
        (.awaitingApproval(step: 2), [withdrawn, promoted]),
    ]

    /// Columns: rollback, promote, pause, resume.
    private static let lateOrders: [(RolloutState, [Effect])] =
        [
            (.promoted, [.illegal, .none, .illegal, .illegal]),
            (.superseded, [.illegal, .illegal, .illegal, .illegal]),
        ]
        + RollbackCause.allCases.map { (.rolledBack($0), [.none, .illegal, .illegal, .illegal]) }
        + InconclusiveCause.allCases.map { (.inconclusive($0), [.illegal, .illegal, .illegal, .illegal]) }

    struct EventCase: Hashable, Sendable, CustomTestStringConvertible {
        let state: RolloutState
        let event: Machine.Event
        let effect: Effect
        var testDescription: String { "\(self.event) in \(self.state)" }
    }

    struct CommandCase: Hashable, Sendable, CustomTestStringConvertible {
        let state: RolloutState
        let command: Machine.Command
        let effect: Effect
        var testDescription: String { "\(self.command) in \(self.state)" }
    }

    static let eventCases: [EventCase] = {
        var cases: [EventCase] = []
        for (stage, row) in progress {
            cases += zip(findings, row).map { EventCase(state: .running(stage), event: $0, effect: $1) }
            cases += findings.map { EventCase(state: .paused(stage), event: $0, effect: .none) }
        }
        for state in openStates {
            cases += endings.map { EventCase(state: state, event: $0.event, effect: .to($0.state, $0.action)) }
        }
        for state in settledStates {
            cases += events.map { EventCase(state: state, event: $0, effect: .none) }
        }
        return cases
    }()

    static let commandCases: [CommandCase] = {
        var cases: [CommandCase] = []
        func add(_ state: RolloutState, _ row: [Effect]) {
            cases += zip(Machine.Command.allCases, row).map { CommandCase(state: state, command: $0, effect: $1) }
        }
        for (stage, row) in orders {
            add(.running(stage), row + [pause(stage), .none])
            // An approval means the same whether the rollout is paused or not.
            add(.paused(stage), row + [.none, resume(stage)])
        }
        for (state, row) in lateOrders { add(state, row) }
        return cases
    }()

    static func machine(_ state: RolloutState) -> Machine { Machine(state: state, steps: steps) }

    /// The weight that a state routes to the canary.
    static func weight(_ state: RolloutState) -> Weight {
        state == .promoted ? .full : state.openStage.map { steps[$0.step].weight } ?? .zero
    }
}

import PostgresClient
import RolloutCore

/// A row that the schema allows but the domain doesn't: somebody else wrote it.
struct CorruptRow: Error, CustomStringConvertible {
    let description: String
}

extension RolloutState {
    /// The columns `phase`, `step`, `paused` and `cause`.
    struct Columns {
        var phase: String
        var step: Int
        var paused: Bool
        var cause: String?
    }

    /// - Parameter settledStep: What stands for the step of a settled state, which itself names none.
    func columns(settledStep: Int) -> Columns {
        switch self {
        case .running(let stage): Columns(phase: stage.phase, step: stage.step, paused: false)
        case .paused(let stage): Columns(phase: stage.phase, step: stage.step, paused: true)
        case .promoted: Columns(phase: "promoted", step: settledStep, paused: false)
        case .superseded: Columns(phase: "superseded", step: settledStep, paused: false)
        case .rolledBack(let cause):
            Columns(phase: "rolled_back", step: settledStep, paused: false, cause: cause.column)
        case .inconclusive(let cause):
            Columns(phase: "inconclusive", step: settledStep, paused: false, cause: cause.column)
        }
    }

    init(_ columns: Columns) throws {
        func open(_ stage: Stage) -> RolloutState { columns.paused ? .paused(stage) : .running(stage) }
        switch columns.phase {
        case "pending": self = open(.pending)
        case "warming": self = open(.warming)
        case "progressing": self = open(.progressing(step: columns.step))
        case "awaiting_approval": self = open(.awaitingApproval(step: columns.step))
        case "promoted": self = .promoted
        case "superseded": self = .superseded
        case "rolled_back":
            guard let cause = RollbackCause.allCases.first(where: { $0.column == columns.cause }) else {
                throw CorruptRow(description: "a rolled back rollout has the cause '\(columns.cause ?? "none")'")
            }
            self = .rolledBack(cause)
        case "inconclusive":
            guard let cause = InconclusiveCause.allCases.first(where: { $0.column == columns.cause }) else {
                throw CorruptRow(description: "an inconclusive rollout has the cause '\(columns.cause ?? "none")'")
            }
            self = .inconclusive(cause)
        default: throw CorruptRow(description: "a rollout has the unknown phase '\(columns.phase)'")
        }
    }
}

extension RolloutState.Stage {
    fileprivate var phase: String {
        switch self {
        case .pending: "pending"
        case .warming: "warming"
        case .progressing: "progressing"
        case .awaitingApproval: "awaiting_approval"
        }
    }
}

extension RollbackCause {
    fileprivate var column: String {
        switch self {
        case .check: "check"
        case .hardStop: "hard_stop"
        case .limit: "limit"
        case .operator: "operator"
        }
    }
}

extension InconclusiveCause {
    fileprivate var column: String {
        switch self {
        case .deadline: "deadline"
        case .noData: "no_data"
        case .error: "error"
        case .undecided: "undecided"
        case .stableReplaced: "stable_replaced"
        }
    }
}

extension Rollout {
    init(row: PostgresRow) throws {
        let plan: RolloutPlan = try StoredJSON.decode(row.decode("plan", as: String.self))
        let state = try RolloutState(
            .init(
                phase: row.decode("phase"),
                step: row.decode("step"),
                paused: row.decode("paused"),
                cause: row.decode("cause")
            )
        )
        self.init(
            id: RolloutID(try row.decode("id")),
            model: try ModelName(row.decode("model")),
            canary: try VersionName(row.decode("canary")),
            stable: try VersionName(row.decode("stable")),
            plan: plan,
            salt: try Salt(row: row, columns: "salt"),
            machine: RolloutStateMachine(state: state, steps: plan.steps),
            startedAt: try row.timestamp("started_at"),
            stageSince: try row.timestamp("stage_since"),
            stepGeneration: try row.decode("step_generation"),
            settledAt: try row.optionalTimestamp("settled_at"),
            restoredAt: try row.optionalTimestamp("restored_at"),
            sequence: try row.decode("sequence"),
            tick: try row.decode("tick")
        )
    }
}

extension PostgresRow {
    func timestamp(_ column: String) throws -> Timestamp {
        Timestamp(microseconds: try self.decode(column, as: PostgresTimestamp.self).microseconds)
    }

    func optionalTimestamp(_ column: String) throws -> Timestamp? {
        try self.decode(column, as: PostgresTimestamp?.self).map { Timestamp(microseconds: $0.microseconds) }
    }
}

extension Timestamp {
    var parameter: PostgresParameter { .timestamp(microseconds: self.microseconds) }
}

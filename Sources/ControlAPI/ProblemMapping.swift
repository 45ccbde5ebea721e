import ControlWire
import MicroHTTP
import RolloutCore
import RolloutEngine

/// A request that the API refuses before any command runs.
struct RequestRefusal: Error {
    let problem: Problem
}

/// The one place where errors become RFC 9457 problems.
enum ProblemMapping {
    static func problem(of error: any Error) -> Problem {
        switch error {
        case let refusal as RequestRefusal: refusal.problem
        case let command as CommandError: problem(of: command)
        case is InvalidValue, is EncodingError, is DecodingError:
            // What is stored can't be shown: no repetition mends it.
            Problem(
                "internal",
                title: "Internal error",
                status: 500,
                detail: "a fault in this program; its log has the cause"
            )
        default:
            Problem(
                "store-unavailable",
                status: 503,
                detail:
                    "the database did not answer as it should; repeat the request, which is safe for commands, too: "
                    + "one that took effect after all answers that nothing changed. The log has the cause."
            )
        }
    }

    private static func problem(of error: CommandError) -> Problem {
        switch error {
        case .unknownModel(let model):
            notFound("unknown-model", "there is no model '\(model)'; create it with POST /v1/models")
        case .unknownVersion(let version, let model):
            notFound("unknown-version", "model '\(model)' has no version '\(version)'")
        case .unknownRollout(let rollout): notFound("unknown-rollout", "there is no rollout \(rollout) of this model")
        case .modelDiffers(let model):
            conflict(
                "model-differs",
                "model '\(model)' exists with other properties; a model's properties can't be changed"
            )
        case .versionDiffers(let version, let model):
            conflict(
                "version-differs",
                "version '\(version)' of model '\(model)' is registered with another body; versions are immutable, so "
                    + "register a new name"
            )
        case .noStable(let model): conflict("no-stable", "model '\(model)' has no stable version yet")
        case .noOpenRollout(let model): conflict("no-open-rollout", "no rollout of model '\(model)' is open")
        case .otherRollout(let expected, let open):
            conflict(
                "other-rollout",
                "rollout \(expected) is not the one that is open\(open.map { " (\($0) is)" } ?? "")",
                rollout: open
            )
        case .illegal(let command, let rollout, let state):
            conflict(
                "illegal-command",
                "\(command) does not apply to rollout \(rollout): \(advice(command, state))",
                rollout: rollout
            )
        case .noTraffic(let version, let rollout):
            conflict(
                "no-traffic",
                "version '\(version)' has not answered a single request in rollout \(rollout)",
                rollout: rollout
            )
        case .nothingToRestore(let model):
            conflict("nothing-to-restore", "model '\(model)' was never promoted, so there is no previous stable")
        case .cannotRestore(let rollout):
            conflict(
                "cannot-restore",
                "rollout \(rollout) was not promoted, or its version is not stable any more",
                rollout: rollout
            )
        case .cannotStart(let version, let state):
            conflict(
                "cannot-start",
                "version '\(version)' is \(state.rawValue); only a registered version can be started"
            )
        case .rolloutIsOpen(let rollout):
            conflict(
                "rollout-is-open",
                "rollout \(rollout) is open; end it, or where that is possible ask to supersede it",
                rollout: rollout
            )
        case .nothingObserved(let version, let model):
            conflict(
                "nothing-observed",
                "no signals of version '\(version)' of model '\(model)' were seen in that time; send traffic, or give a "
                    + "baseline from training data"
            )
        case .tooManyItems(let count, let limit):
            Problem("invalid-value", status: 422, detail: "\(count) items; at most \(limit)", pointer: "/items")
        }
    }

    private static func advice(_ command: RolloutStateMachine.Command, _ state: RolloutState) -> String {
        switch (command, state) {
        case (.rollback, .promoted): "it was promoted; use restore to go back to the previous stable"
        case (_, .promoted): "it was promoted"
        case (_, .rolledBack): "it was rolled back"
        case (_, .inconclusive): "it ended inconclusive"
        case (_, .superseded): "it was superseded"
        case (_, .running), (_, .paused): "its state does not allow it"
        }
    }

    private static func notFound(_ kind: String, _ detail: String) -> Problem {
        Problem(kind, status: 404, detail: detail)
    }

    private static func conflict(_ kind: String, _ detail: String, rollout: RolloutID? = nil) -> Problem {
        Problem(kind, status: 409, detail: detail, rollout: rollout?.number)
    }
}

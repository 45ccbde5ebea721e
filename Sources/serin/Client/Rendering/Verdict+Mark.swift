import ControlWire
import RolloutCore

extension Verdict {
    /// Argo's four marks: the word beside it tells doubts apart.
    var mark: String {
        switch self {
        case .pass: "✔"
        case .fail: "✖"
        case .inconclusive, .noData, .warming: "?"
        case .error: "⚠"
        }
    }

    var word: String {
        switch self {
        case .pass, .fail, .inconclusive, .error, .warming: self.rawValue
        case .noData: "no data"
        }
    }

    var ink: Ink {
        switch self {
        case .pass: .good
        case .fail: .bad
        case .inconclusive, .noData, .warming: .doubtful
        case .error: .bad
        }
    }

    var labelled: String { "\(self.mark) \(self.word)" }
}

extension VersionState {
    var mark: String {
        switch self {
        case .stable: "✔"
        case .canary: "▶"
        case .registered: "…"
        case .failed: "✖"
        case .inconclusive: "?"
        case .deprecated, .superseded: "·"
        }
    }

    var ink: Ink {
        switch self {
        case .stable: .good
        case .canary: .strong
        case .failed: .bad
        case .inconclusive: .doubtful
        case .registered, .deprecated, .superseded: .faint
        }
    }
}

/// A rollout's state as one mark and a few words.
struct RolloutHeadline: Equatable {
    let mark: String
    let words: String
    let ink: Ink

    init(_ state: StateResponse) {
        let cause = state.cause.map { " (\($0))" } ?? ""
        switch state.phase {
        case "promoted": (self.mark, self.words, self.ink) = ("✔", "promoted", .good)
        case "rolledBack": (self.mark, self.words, self.ink) = ("✖", "rolled back" + cause, .bad)
        case "inconclusive": (self.mark, self.words, self.ink) = ("?", "inconclusive" + cause, .doubtful)
        case "superseded": (self.mark, self.words, self.ink) = ("·", "superseded", .faint)
        case "awaitingApproval" where !state.paused:
            (self.mark, self.words, self.ink) = ("‖", "awaiting approval (promote)", .doubtful)
        case let phase where state.paused: (self.mark, self.words, self.ink) = ("‖", "paused while \(phase)", .doubtful)
        case let phase: (self.mark, self.words, self.ink) = ("▶", phase, .strong)  // A phase of a newer service, too.
        }
    }

    var labelled: String { "\(self.mark) \(self.words)" }
}

import ControlWire

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

package import RolloutCore

/// A rollout's state in words.
package struct StateResponse: Codable, Equatable, Sendable {
    /// `pending`, `warming`, `progressing`, `awaitingApproval`, `promoted`, `rolledBack`, `inconclusive` or
    /// `superseded`.
    package let phase: String
    package let paused: Bool
    /// From 1; absent when the rollout is settled.
    package let step: Int?
    package let cause: String?

    package init(_ state: RolloutState) {
        switch state {
        case .running(let stage), .paused(let stage):
            switch stage {
            case .pending: self.phase = "pending"
            case .warming: self.phase = "warming"
            case .progressing: self.phase = "progressing"
            case .awaitingApproval: self.phase = "awaitingApproval"
            }
            self.paused = state.isPaused
            self.step = stage.step + 1
            self.cause = nil
        case .promoted: (self.phase, self.paused, self.step, self.cause) = ("promoted", false, nil, nil)
        case .rolledBack(let cause):
            (self.phase, self.paused, self.step, self.cause) = ("rolledBack", false, nil, cause.rawValue)
        case .inconclusive(let cause):
            (self.phase, self.paused, self.step, self.cause) = ("inconclusive", false, nil, cause.rawValue)
        case .superseded: (self.phase, self.paused, self.step, self.cause) = ("superseded", false, nil, nil)
        }
    }

    package var isOpen: Bool { self.step != nil }
}

import RolloutCore

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

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

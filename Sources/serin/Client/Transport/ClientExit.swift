/// How a client command ended: the exit code of the process.
enum ClientExit: Int32, CaseIterable {
    case done = 0
    case refused = 1
    case unavailable = 2
    case notPromoted = 3
    /// Given by ArgumentParser itself.
    case usage = 64

    private var meaning: String {
        switch self {
        case .done: "done"
        case .refused: "refused by the service; the problem it named is printed"
        case .unavailable: "the service can't be reached, or failed; the command can be repeated safely"
        case .notPromoted: "with --wait: the rollout ended, but not by promotion"
        case .usage: "the command line is wrong"
        }
    }

    /// A paragraph for `--help`.
    static let help =
        "EXIT CODES: " + Self.allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: "; ") + "."
}

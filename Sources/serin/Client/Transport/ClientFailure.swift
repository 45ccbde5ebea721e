import ControlWire

/// Why a request to the control API came to nothing.
enum ClientFailure: Error, Equatable {
    /// The service understood and said no (4xx).
    case refused(Problem)
    /// The service, or something before it, failed (5xx).
    case failing(Problem)
    case unreachable(url: String, cause: String)
    /// No gateway can be spoken to at its own socket.
    case noGateway(path: String, cause: String)
    /// An answer that is not what this command expects: another service, or another version of this one.
    case unintelligible(url: String, cause: String)
    /// A file of the user's can't be used; says which and why.
    case unreadable(String)

    var exit: ClientExit {
        switch self {
        case .refused: .refused
        case .failing, .unreachable, .noGateway, .unintelligible, .unreadable: .unavailable
        }
    }

    /// For people: what happened, where, and what to do.
    var lines: [String] {
        switch self {
        case .refused(let problem), .failing(let problem):
            var lines = ["\(problem.title) (\(problem.status)): \(problem.detail)"]
            if let pointer = problem.pointer, !problem.detail.hasPrefix(pointer + ":") {
                lines.append("  at \(pointer.isEmpty ? "the whole document" : pointer)")
            }
            if self.isUnknownModel {
                lines.append(
                    "  to create it with its first version: serin register MODEL VERSION --create --upstream URL"
                )
            }
            if let rollout = problem.rollout { lines.append("  see: serin explain MODEL --rollout \(rollout)") }
            return lines
        case .unreachable(let url, let cause):
            return [
                "no answer from the control API at \(url): \(cause)",
                "  is the service running? Name another address with --control-url or SERIN_CONTROL_URL",
            ]
        case .noGateway(let path, let cause):
            return [
                "no gateway at \(path): \(cause)",
                "  is one running on this machine, under your account? Its socket stands in its --data-dir, or where its --admin-socket "
                    + "says: name it with --admin-socket PATH; another account's needs sudo",
            ]
        case .unintelligible(let url, let cause):
            return ["\(url) answered something else than expected: \(cause)", "  is this the control API of Serin?"]
        case .unreadable(let reason): return [reason]
        }
    }

    /// Whether the service said that it doesn't know the model.
    var isUnknownModel: Bool {
        switch self {
        case .refused(let problem): problem.type == "urn:serin:problem:unknown-model"
        case .failing, .unreachable, .noGateway, .unintelligible, .unreadable: false
        }
    }
}

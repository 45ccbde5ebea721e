/// What a client may ask of an operator's commands: the last segment of its path.
enum OperatorVerb: String, CaseIterable {
    case rollback, restore, promote, pause, resume

    /// Whether it takes traffic away from a version, and so must not wait for anything that isn't needed.
    var isUrgent: Bool {
        switch self {
        case .rollback, .restore, .pause: true
        case .promote, .resume: false
        }
    }
}

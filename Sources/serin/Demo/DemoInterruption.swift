/// Why the story could not be told to its end.
enum DemoInterruption: Error, Equatable, CustomStringConvertible {
    case stageIncomplete
    case tooLong(seconds: Int, during: String)
    case stopped(during: String)
    case noRoute(seconds: Int)
    case noRollout(version: String)

    var description: String {
        switch self {
        case .stageIncomplete: "the service started without one of its ports"
        case .tooLong(let seconds, let during):
            "not done after \(seconds) s; it was busy with: \(during). A busy machine needs a release build (-c release)"
        case .stopped(let during): "stopped by a signal during: \(during)"
        case .noRoute(let seconds): "the gateway had no route of the first version after \(seconds) s"
        case .noRollout(let version): "registering \(version) did not begin a rollout"
        }
    }
}

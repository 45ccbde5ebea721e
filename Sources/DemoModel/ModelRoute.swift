/// Where a request of the Open Inference Protocol V2 is going.
enum ModelRoute: Equatable {
    case serverLive
    case serverReady
    case serverMetadata
    case modelMetadata(Model)
    case modelReady(Model)
    case infer(Model)
    /// Ours, not the protocol's: what this server has done so far.
    case stats

    struct Model: Equatable {
        let name: String
        /// `nil` when the path leaves the choice to the server.
        let version: String?
    }

    /// - Parameter target: The request target; a query is ignored.
    init?(target: String) {
        let path = target.prefix { $0 != "?" }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        switch parts.count {
        case 1 where parts == ["v2"]: self = .serverMetadata
        case 1 where parts == ["stats"]: self = .stats
        case 3 where parts == ["v2", "health", "live"]: self = .serverLive
        case 3 where parts == ["v2", "health", "ready"]: self = .serverReady
        case 3... where parts[0] == "v2" && parts[1] == "models":
            self.init(name: parts[2], rest: parts.dropFirst(3))
        default: return nil
        }
    }

    private init?(name: String, rest: ArraySlice<String>) {
        var rest = rest
        var version: String?
        if rest.first == "versions" {
            guard let named = rest.dropFirst().first else { return nil }
            version = named
            rest = rest.dropFirst(2)
        }
        let model = Model(name: name, version: version)
        switch Array(rest) {
        case []: self = .modelMetadata(model)
        case ["ready"]: self = .modelReady(model)
        case ["infer"]: self = .infer(model)
        default: return nil
        }
    }

    enum Method: String {
        case get = "GET"
        case post = "POST"
    }

    /// The one method each place answers.
    var method: Method {
        switch self {
        case .serverLive, .serverReady, .serverMetadata, .modelMetadata, .modelReady, .stats: .get
        case .infer: .post
        }
    }
}

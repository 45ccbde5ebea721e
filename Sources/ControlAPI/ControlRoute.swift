import MicroHTTP

/// Every route of the control API: the table below is its whole surface.
enum ControlRoute: Hashable {
    case health, readiness, metrics
    case createModel, listModels, showModel
    case registerVersion, listVersions, showVersion
    case listRollouts, showRollout, listDecisions, showEvidence
    case command(ModelCommand)
    case events

    enum ModelCommand: String, Hashable, CaseIterable {
        case rollback, restore, promote, pause, resume, start

        /// What takes traffic away from a version must not wait behind other requests.
        var isUrgent: Bool {
            switch self {
            case .rollback, .restore, .pause: true
            case .promote, .resume, .start: false
            }
        }
    }

    static let router: Router<ControlRoute> = {
        var router = Router<ControlRoute>()
        router.add("GET", "/healthz", .health)
        router.add("GET", "/readyz", .readiness)
        router.add("GET", "/metrics", .metrics)
        router.add("POST", "/v1/models", .createModel)
        router.add("GET", "/v1/models", .listModels)
        router.add("GET", "/v1/models/{model}", .showModel)
        router.add("POST", "/v1/models/{model}/versions", .registerVersion)
        router.add("GET", "/v1/models/{model}/versions", .listVersions)
        router.add("GET", "/v1/models/{model}/versions/{version}", .showVersion)
        router.add("GET", "/v1/models/{model}/rollouts", .listRollouts)
        for command in ModelCommand.allCases {
            router.add("POST", "/v1/models/{model}/\(command.rawValue)", .command(command))
        }
        router.add("GET", "/v1/rollouts/{id}", .showRollout)
        router.add("GET", "/v1/rollouts/{id}/decisions", .listDecisions)
        router.add("GET", "/v1/rollouts/{id}/evidence", .showEvidence)
        router.add("GET", "/v1/events", .events)
        return router
    }()
}

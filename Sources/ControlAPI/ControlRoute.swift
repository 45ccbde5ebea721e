import MicroHTTP

/// Every route of the control API: the table below is its whole surface.
enum ControlRoute: Hashable {
    case health, readiness, metrics
    case createModel, listModels, showModel
    case setSignals, showSignals
    case registerVersion, listVersions, showVersion
    case setBaseline, showBaseline, listPayloads
    case recordFeedback, recordFeedbackOfModel, showQuality
    case forecast
    case makePinToken, makePinTokenForAll
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

    /// What a body may hold; more is 413.
    var bodyLimit: Int {
        switch self {
        case .recordFeedback, .recordFeedbackOfModel, .setBaseline: Self.largestBody
        case .health, .readiness, .metrics, .createModel, .listModels, .showModel, .setSignals, .showSignals,
            .registerVersion, .listVersions, .showVersion, .showBaseline, .listPayloads, .showQuality, .forecast,
            .makePinToken, .makePinTokenForAll,
            .listRollouts,
            .showRollout, .listDecisions, .showEvidence, .command, .events:
            1 << 20
        }
    }

    /// Bytes; what the HTTP server itself lets pass.
    static let largestBody = 4 << 20

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
        router.add("PUT", "/v1/models/{model}/signals", .setSignals)
        router.add("GET", "/v1/models/{model}/signals", .showSignals)
        router.add("PUT", "/v1/models/{model}/versions/{version}/baseline", .setBaseline)
        router.add("GET", "/v1/models/{model}/versions/{version}/baseline", .showBaseline)
        router.add("GET", "/v1/models/{model}/versions/{version}/payloads", .listPayloads)
        router.add("POST", "/v1/feedback", .recordFeedback)
        router.add("POST", "/v1/models/{model}/feedback", .recordFeedbackOfModel)
        router.add("GET", "/v1/models/{model}/feedback", .showQuality)
        router.add("POST", "/v1/models/{model}/forecast", .forecast)
        router.add("POST", "/v1/models/{model}/pin-tokens", .makePinToken)
        router.add("POST", "/v1/pin-tokens", .makePinTokenForAll)
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

import ControlWire
import MicroHTTP
import Testing

@testable import ControlAPI

@Suite("Routes")
struct RouteTableTests {
    static let table: [(method: String, path: String, route: ControlRoute)] =
        [
            ("GET", "/healthz", .health),
            ("GET", "/readyz", .readiness),
            ("GET", "/metrics", .metrics),
            ("POST", "/v1/models", .createModel),
            ("GET", "/v1/models", .listModels),
            ("GET", "/v1/models/digits", .showModel),
            ("POST", "/v1/models/digits/versions", .registerVersion),
            ("GET", "/v1/models/digits/versions", .listVersions),
            ("GET", "/v1/models/digits/versions/1", .showVersion),
            ("PUT", "/v1/models/digits/signals", .setSignals),
            ("GET", "/v1/models/digits/signals", .showSignals),
            ("PUT", "/v1/models/digits/versions/1/baseline", .setBaseline),
            ("GET", "/v1/models/digits/versions/1/baseline", .showBaseline),
            ("GET", "/v1/models/digits/versions/1/payloads", .listPayloads),
            ("POST", "/v1/feedback", .recordFeedback),
            ("POST", "/v1/models/digits/feedback", .recordFeedbackOfModel),
            ("GET", "/v1/models/digits/feedback", .showQuality),
            ("POST", "/v1/models/digits/forecast", .forecast),
            ("POST", "/v1/models/digits/pin-tokens", .makePinToken),
            ("POST", "/v1/pin-tokens", .makePinTokenForAll),
            ("GET", "/v1/models/digits/rollouts", .listRollouts),
            ("GET", "/v1/rollouts/ID", .showRollout),
            ("GET", "/v1/rollouts/ID/decisions", .listDecisions),
            ("GET", "/v1/rollouts/ID/evidence", .showEvidence),
            ("GET", "/v1/events", .events),
        ]
        + ControlRoute.ModelCommand.allCases.map { ("POST", "/v1/models/digits/\($0.rawValue)", .command($0)) }

    /// What a model without a baseline answers.
    private static func status(of route: ControlRoute) -> Int { route == .showBaseline ? 404 : 200 }

    @Test("Every route is found by its method and path, and answers")
    func everyRoute() throws {
        try ControlBench.with { bench in
            let id = try bench.openRollout()
            for (method, pattern, route) in Self.table {
                let path = pattern.replacing("ID", with: "\(id)")
                let connection = try bench.connection()
                let body = method == "GET" ? nil : #"{"":0}"#
                connection.send(
                    ControlBench.text(method, path, headers: ["Content-Type: application/json"], body: body)
                )
                let head = try #require(try connection.head())

                #expect(head.status == (method == "GET" ? Self.status(of: route) : 422), "\(method) \(path)")
                let segments = path.dropFirst().split(separator: "/").map(String.init)
                guard case .found(let match) = ControlRoute.router.route(method: method, segments: segments) else {
                    Issue.record("\(method) \(path) is not found")
                    continue
                }
                #expect(match.route == route)
            }
        }
    }

    @Test("HEAD answers as GET does, without a body, also for the events")
    func head() throws {
        try ControlBench.with { bench in
            let id = try bench.openRollout()
            for (method, pattern, route) in Self.table where method == "GET" {
                let answer = try bench.request("HEAD", pattern.replacing("ID", with: "\(id)"))
                #expect(answer.status == Self.status(of: route), "\(pattern)")
                #expect(answer.body.isEmpty)
            }
        }
    }

    @Test("Only what takes traffic away is urgent, and only health never waits")
    func lanes() throws {
        let lanes = ControlLanes()
        for (method, path, route) in Self.table {
            let segments = path.dropFirst().split(separator: "/").map(String.init)
            let lane = lanes.lane(of: ControlRoute.router.route(method: method, segments: segments))
            switch route {
            case .health: #expect(lane === Lane.inline)
            case .readiness, .metrics: #expect(lane === lanes.probes)
            case .command(.rollback), .command(.restore), .command(.pause): #expect(lane === lanes.urgent)
            case .recordFeedback, .recordFeedbackOfModel, .showQuality, .showEvidence, .setBaseline, .showBaseline,
                .listPayloads, .forecast:
                #expect(lane === lanes.bulk, "\(path)")
            case .command(.promote), .command(.resume), .command(.start), .createModel, .listModels, .showModel,
                .setSignals, .showSignals, .registerVersion, .listVersions, .showVersion, .makePinToken,
                .makePinTokenForAll, .listRollouts, .showRollout,
                .listDecisions, .events:
                #expect(lane === lanes.main, "\(path)")
            }
        }
    }
}

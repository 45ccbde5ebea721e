import Testing

@testable import DemoModel

@Suite("Paths of the Open Inference Protocol V2")
struct ModelRouteTests {
    @Test(
        "A known path names its place",
        arguments: [
            ("/v2", ModelRoute.serverMetadata),
            ("/v2/health/live", .serverLive),
            ("/v2/health/ready?x=1", .serverReady),
            ("/v2/models/digits", .modelMetadata(.init(name: "digits", version: nil))),
            ("/v2/models/digits/ready", .modelReady(.init(name: "digits", version: nil))),
            ("/v2/models/digits/infer", .infer(.init(name: "digits", version: nil))),
            ("/v2/models/digits/versions/v1", .modelMetadata(.init(name: "digits", version: "v1"))),
            ("/v2/models/digits/versions/v1/ready", .modelReady(.init(name: "digits", version: "v1"))),
            ("/v2/models/digits/versions/v1/infer", .infer(.init(name: "digits", version: "v1"))),
            ("/stats", .stats),
        ]
    )
    func knownPath(target: String, route: ModelRoute) {
        #expect(ModelRoute(target: target) == route)
    }

    @Test(
        "Any other path is no place",
        arguments: [
            "", "/", "/v1", "/v2/", "/v2/models", "/v2/health", "/v2/models/digits/versions",
            "/v2/models/digits/infer/x", "/v2/models/digits/explain", "/statsx",
        ]
    )
    func unknownPath(target: String) {
        #expect(ModelRoute(target: target) == nil)
    }
}

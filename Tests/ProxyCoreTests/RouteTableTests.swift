import ProxyCore
import RolloutCore
import Testing

@Suite("Route table")
struct RouteTableTests {
    @Test(
        "A standard route takes exactly its model's paths",
        arguments: [
            ("/v2/models/m/infer", "m", "/v2/models/m/infer"),
            ("/v2/models/m", "m", "/v2/models/m"),
            ("/v2/models/m2/infer", "m2", "/v2/models/m2/infer"),
            ("/v1/models/m:predict", "m", "/v1/models/m:predict"),
            ("/v1/models/m", "m", "/v1/models/m"),
            ("/v1/models/m/metadata", "m", "/v1/models/m/metadata"),
            ("/m/predict", "m", "/predict"),
            ("/m", "m", "/"),
            ("/m/", "m", "/"),
            ("/m//a//b/", "m", "//a//b/"),
            ("/m:predict", "m", "/:predict"),
            ("/v2/models/m/versions/9/infer", "m", "/v2/models/m/infer"),
            ("/v1/models/m/labels/canary:predict", "m", "/v1/models/m:predict"),
            ("/v1/models/m/versions/", "m", "/v1/models/m/versions/"),
            ("/v2/models/m/versions/9/versions/2/infer", "m", "/v2/models/m/infer"),
            ("/v1/models/m/labels/a/versions/2/labels/b:predict", "m", "/v1/models/m:predict"),
            ("/v2/models/m/versions/9/labels/", "m", "/v2/models/m/labels/"),
        ]
    )
    func standard(_ path: String, _ model: String, _ forwarded: String) throws {
        let table = table(try .fixture("m"), try .fixture("m2"))

        #expect(table.route(path) == Routing(model: model, path: forwarded))
    }

    @Test(
        "Other paths have no route",
        arguments: [
            "/", "/v2/models/", "/v2/models/m3/infer", "/v2", "/v2/health/ready", "/M/x", "/mm", "/v1/models/", "//m",
        ]
    )
    func unrouted(_ path: String) throws {
        #expect(table(try .fixture("m"), try .fixture("m2")).route(path) == nil)
    }

    @Test(
        "The upstream's own names replace ours",
        arguments: [
            ("/v2/models/m/infer", "/base/v2/models/their/infer"),
            ("/v2/models/m/versions/9/infer", "/base/v2/models/their/versions/3/infer"),
            ("/v1/models/m:predict", "/base/v1/models/their:predict"),
            ("/v1/models/m/labels/x:predict", "/base/v1/models/their/versions/3:predict"),
            ("/m/predict", "/base/predict"),
            ("/m", "/base/"),
        ]
    )
    func upstreamNames(_ path: String, _ forwarded: String) throws {
        let arm = try RouteArm.fixture(
            upstreams: ["http://127.0.0.1:9000/base"],
            upstreamModel: "their",
            upstreamVersion: "3"
        )

        #expect(table(try .fixture(arms: [arm])).route(path) == Routing(model: "m", path: forwarded))
    }

    @Test(
        "An own route replaces the standard ones, and the more specific one wins",
        arguments: [
            ("/api/x", "h", Routing?.some(Routing(model: "kept", path: "/api/x"))),
            ("/api", "h", Routing(model: "kept", path: "/api")),
            ("/apix", "h", nil),
            ("/api/deep/x", "h", Routing(model: "stripped", path: "/x")),
            ("/api/deep", "h", Routing(model: "stripped", path: "/")),
            ("/api/x", "A.example:8080", Routing(model: "hosted", path: "/api/x")),
            ("/", "a.example", Routing(model: "hosted", path: "/")),
            ("/", "b.example", nil),
            ("/v2/models/kept/infer", "h", nil),
        ]
    )
    func own(_ path: String, _ host: String, _ expected: Routing?) throws {
        let table = table(
            try .fixture("hosted", match: .custom(OwnRoute(host: "a.example", pathPrefix: "/", stripPrefix: false))),
            try .fixture("kept", match: .custom(OwnRoute(host: nil, pathPrefix: "/api", stripPrefix: false))),
            try .fixture("stripped", match: .custom(OwnRoute(host: nil, pathPrefix: "/api/deep", stripPrefix: true)))
        )

        #expect(table.route(path, host: host) == expected)
    }

    @Test("A thousand models are each found")
    func many() throws {
        let names = (0..<1_000).map { "model-\($0)" }
        let snapshot = RouteSnapshot(generation: 1, routes: try names.map { try .fixture($0) })
        let table = RouteTable(snapshot, stampKey: Salt(high: 1, low: 2))

        for name in names { #expect(table.route("/v2/models/\(name)/infer")?.model == name) }
    }

    @Test("An upstream that several arms share is there once")
    func sharedUpstreams() throws {
        let table = table(
            try .fixture("a", arms: [.fixture(upstreams: ["http://x:1", "http://y:1"])]),
            try .fixture("b", arms: [.fixture(upstreams: ["http://y:1"])])
        )

        #expect(table.upstreams == [try url("http://x:1"), try url("http://y:1")])
        #expect(table.arms.map { $0.upstreams.map(\.index) } == [[0, 1], [1]])
    }

    @Test(
        "Segments that a server would resolve are found",
        arguments: [
            ("/m/../other/infer", true), ("/m/./x", true), ("/m/..", true), ("/m/.", true), ("/..", true),
            ("/m/%2e%2E/x", true), ("/m/.%2e", true), ("/m/%2e", true),
            ("/m/...", false), ("/m/.x", false), ("/m/..x", false), ("/m/x.", false), ("/m/%2ex", false),
            ("/m/%2", false), ("/m//x", false), ("/", false), ("", false), ("/m.n/v1.2/x..y", false),
        ]
    )
    func dotSegments(_ path: String, _ isFound: Bool) {
        #expect(octets(path).span.bytes.hasDotSegment == isFound)
    }
}

import RolloutCore
import Testing

@Suite("Addresses of upstreams and routes")
struct AddressTests {
    struct Upstream: Sendable, CustomTestStringConvertible {
        let text: String
        var scheme = UpstreamURL.Scheme.http
        let host: String
        let port: UInt16
        let base: String
        let description: String
        var testDescription: String { self.text }
    }

    static let upstreams = [
        Upstream(text: "http://a", host: "a", port: 80, base: "", description: "http://a:80"),
        Upstream(text: "http://a/", host: "a", port: 80, base: "", description: "http://a:80"),
        Upstream(
            text: "HTTP://Models.Local:8000",
            host: "models.local",
            port: 8_000,
            base: "",
            description: "http://models.local:8000"
        ),
        Upstream(
            text: "http://10.0.0.7:65535/x/y/",
            host: "10.0.0.7",
            port: 65_535,
            base: "/x/y",
            description: "http://10.0.0.7:65535/x/y"
        ),
        Upstream(text: "https://a", scheme: .https, host: "a", port: 443, base: "", description: "https://a:443"),
        Upstream(
            text: "HTTPS://[::1]/v2/",
            scheme: .https,
            host: "::1",
            port: 443,
            base: "/v2",
            description: "https://[::1]:443/v2"
        ),
        Upstream(text: "https://a:80", scheme: .https, host: "a", port: 80, base: "", description: "https://a:80"),
        Upstream(text: "http://[::1]:9000", host: "::1", port: 9_000, base: "", description: "http://[::1]:9000"),
        Upstream(text: "http://[FE80::1]", host: "fe80::1", port: 80, base: "", description: "http://[fe80::1]:80"),
        Upstream(text: "http://a_b-c:1/..x", host: "a_b-c", port: 1, base: "/..x", description: "http://a_b-c:1/..x"),
    ]

    @Test("An upstream is read into scheme, host, port and base path", arguments: upstreams)
    func acceptsUpstream(expected: Upstream) throws {
        let url = try UpstreamURL(expected.text)

        #expect(url.scheme == expected.scheme)
        #expect(url.host == expected.host)
        #expect(url.port == expected.port)
        #expect(url.basePath == expected.base)
        #expect(url.description == expected.description)
        #expect(try UpstreamURL(url.description) == url)
    }

    @Test(
        "What is no http or https address is refused",
        arguments: [
            "", "a", "http://", "http:///x", "http://:80", "https://", "https:/a", "https//a", "ftp://a", "//a",
            "http://a:0",
            "http://a:65536",
            "http://a:", "http://a:+80", "http://a:8o", "http://a:80:90", "http://user@a", "http://u:p@a",
            "http://a?x=1",
            "http://a/#f", "http://a b", "http://a/\n", "http://ä", "http://a//b", "http://a/../b", "http://a/..",
            "http://[::1", "http://[:::]", "http://[:1]", "http://[1::2::3]", "http://[1:2:3:4:5:6:7]",
            "http://[12345::]",
            "http://..", "http://-a", "http://a-.b", "http://[::1]x", "http://[a]", "http://[]", "http://::1",
            "http://a/" + String(repeating: "x", count: 2_048),
        ]
    )
    func refusesUpstream(text: String) {
        #expect(throws: InvalidValue.self) { try UpstreamURL(text) }
    }

    struct Route: Sendable {
        let host: String?
        let prefix: String
    }

    @Test(
        "An own route needs a host or a prefix of its own",
        arguments: [
            (Route(host: nil, prefix: "/api"), "/api"), (Route(host: nil, prefix: "/api/"), "/api"),
            (Route(host: "A.example", prefix: "/"), "/"),
            (Route(host: "a.example", prefix: "/x/y//".replacing("//", with: "/")), "/x/y"),
            (Route(host: nil, prefix: "/-x"), "/-x"),
        ]
    )
    func acceptsRoute(route: Route, prefix: String) throws {
        let own = try OwnRoute(host: route.host, pathPrefix: route.prefix, stripPrefix: true)

        #expect(own.host == route.host?.lowercased())
        #expect(own.pathPrefix == prefix)
        #expect(own.stripPrefix)
    }

    @Test(
        "A route that would take everything, or the gateway's own paths, is refused",
        arguments: [
            (Route(host: nil, prefix: "/"), ""), (Route(host: nil, prefix: ""), "/pathPrefix"),
            (Route(host: nil, prefix: "api"), "/pathPrefix"), (Route(host: nil, prefix: "/a//b"), "/pathPrefix"),
            (Route(host: nil, prefix: "/a?b"), "/pathPrefix"), (Route(host: nil, prefix: "/a#b"), "/pathPrefix"),
            (Route(host: nil, prefix: "/a b"), "/pathPrefix"), (Route(host: nil, prefix: "/ä"), "/pathPrefix"),
            (Route(host: nil, prefix: "/-/"), "/pathPrefix"), (Route(host: "a", prefix: "/-"), "/pathPrefix"),
            (Route(host: nil, prefix: "/-/health"), "/pathPrefix"),
            (Route(host: nil, prefix: "/" + String(repeating: "x", count: 1_024)), "/pathPrefix"),
            (Route(host: "", prefix: "/a"), "/host"), (Route(host: "a:80", prefix: "/a"), "/host"),
            (Route(host: "a/b", prefix: "/a"), "/host"), (Route(host: "ä", prefix: "/a"), "/host"),
        ]
    )
    func refusesRoute(route: Route, pointer: String) {
        let error = #expect(throws: InvalidValue.self) {
            try OwnRoute(host: route.host, pathPrefix: route.prefix, stripPrefix: false)
        }
        #expect(error?.pointer == pointer)
    }
}

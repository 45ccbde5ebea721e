import MicroHTTP
import Testing

@Suite("Router")
struct RouterTests {
    @Test(
        "Every method and path has one outcome",
        arguments: [
            ("GET", "/v1/models", "list"),
            ("HEAD", "/v1/models", "list"),
            ("POST", "/v1/models", "create"),
            ("DELETE", "/v1/models", "405 GET,HEAD,POST"),
            ("GET", "/v1/models/", "404"),
            ("GET", "/v1/models/iris", "show model=iris"),
            ("GET", "/v1/models/a%2Fb", "show model=a/b"),
            ("GET", "/v1/models/latest", "latest"),
            ("GET", "/v1/models/iris/versions/3", "version model=iris version=3"),
            ("GET", "/v1/models/latest/versions/3", "version model=latest version=3"),
            ("GET", "/v1/models//versions/3", "404"),
            ("GET", "/v1/models/iris/versions/3/", "404"),
            ("PUT", "/v1/models/iris/versions/3", "405 GET,HEAD"),
            ("get", "/v1/models", "405 GET,HEAD,POST"),
            ("GET", "/", "root"),
            ("GET", "//v1/models", "404"),
            ("GET", "/v2", "404"),
        ]
    )
    func outcome(method: String, path: String, expected: String) throws {
        var router = Router<String>()
        router.add("GET", "/", "root")
        router.add("GET", "/v1/models/{model}/versions/{version}", "version")
        router.add("GET", "/v1/models/{model}", "show")
        router.add("GET", "/v1/models/latest", "latest")
        router.add("GET", "/v1/models", "list")
        router.add("POST", "/v1/models", "create")
        let target = try #require(RequestTarget(parsing: path.utf8))

        let outcome = router.route(method: method, segments: target.segments)

        #expect(describe(outcome) == expected)
    }

    private func describe(_ outcome: Router<String>.Outcome) -> String {
        switch outcome {
        case .found(let match):
            ([match.route] + match.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
                .joined(separator: " ")
        case .methodNotAllowed(let allow): "405 \(allow.joined(separator: ","))"
        case .notFound: "404"
        }
    }
}

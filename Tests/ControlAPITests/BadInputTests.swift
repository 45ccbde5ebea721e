import ControlWire
import RolloutCore
import Testing

/// A request the API must refuse, and how.
struct BadInput: Sendable, CustomTestStringConvertible {
    let name: String
    var method = "POST"
    let target: String
    var body: String?
    var headers = ["Content-Type: application/json"]
    let status: Int
    let type: String
    var pointer: String?

    var testDescription: String { self.name }

    private static let ours = "urn:serin:problem:"

    /// A registration of version 3 whose plan is `plan`.
    private static func plan(_ name: String, _ plan: String, _ pointer: String) -> BadInput {
        self.version(name, #""plan":\#(plan)"#, "/plan" + pointer)
    }

    private static func version(_ name: String, _ more: String, _ pointer: String, upstreams: String? = nil) -> BadInput
    {
        let upstreams = upstreams ?? #"["http://127.0.0.1:1"]"#
        return BadInput(
            name: name,
            target: "/v1/models/digits/versions",
            body: #"{"version":"3","upstreams":\#(upstreams)\#(more.isEmpty ? "" : ",")\#(more)}"#,
            status: 422,
            type: self.ours + "invalid-value",
            pointer: pointer
        )
    }

    private static func model(_ name: String, _ body: String, _ pointer: String?) -> BadInput {
        let target = "/v1/models"
        return BadInput(
            name: name,
            target: target,
            body: body,
            status: 422,
            type: self.ours + "invalid-value",
            pointer: pointer
        )
    }

    private static func order(_ name: String, _ body: String, _ pointer: String) -> BadInput {
        BadInput(
            name: name,
            target: "/v1/models/digits/pause",
            body: body,
            status: 422,
            type: self.ours + "invalid-value",
            pointer: pointer
        )
    }

    private static func unknown(_ what: String, _ target: String, _ method: String = "GET", _ body: String? = nil)
        -> BadInput
    {
        BadInput(
            name: "\(method) \(target)",
            method: method,
            target: target,
            body: body,
            status: 404,
            type: self.ours + "unknown-" + what
        )
    }

    private static func unreadable(_ name: String, _ body: String) -> BadInput {
        BadInput(name: name, target: "/v1/models", body: body, status: 400, type: self.ours + "unreadable")
    }

    static let models: [BadInput] = [
        model("a model without name", "{}", "/name"),
        model("a model whose name is null", #"{"name":null}"#, "/name"),
        model("a model's name with a slash", #"{"name":"a/b"}"#, "/name"),
        model("a model's name that is too long", #"{"name":"\#(String(repeating: "a", count: 64))"}"#, "/name"),
        model("a reserved name", #"{"name":"v2"}"#, "/name"),
        model("a name that is a number", #"{"name":7}"#, "/name"),
        model("a document that is an array", "[]", nil),
        model("an unknown field", #"{"name":"a","colour":"red"}"#, "/colour"),
        model("an unknown field whose name needs escapes", #"{"name":"a","a/b~c":1}"#, "/a~1b~0c"),
        model("an unknown field of the route", #"{"name":"a","route":{"host":"h","path":"/"}}"#, "/route/path"),
        model("a route that takes everything", #"{"name":"a","route":{}}"#, "/route"),
        model("a route's prefix without slash", #"{"name":"a","route":{"pathPrefix":"x"}}"#, "/route/pathPrefix"),
        model("labels that are no object", #"{"name":"a","labels":[]}"#, "/labels"),
        model("a label that is a number", #"{"name":"a","labels":{"x":1}}"#, "/labels/x"),
        model("a label with NUL", #"{"name":"a","labels":{"x":"a\u0000b"}}"#, "/labels/x"),
        model("a label without a key", #"{"name":"a","labels":{"":"x"}}"#, "/labels"),
        model(
            "a label that is too long",
            #"{"name":"a","labels":{"x":"\#(String(repeating: "a", count: 1_025))"}}"#,
            "/labels"
        ),
        model("autoStart that is a string", #"{"name":"a","autoStart":"yes"}"#, "/autoStart"),
    ]

    static let versions: [BadInput] = [
        version("an upstream that is no URL", "", "/upstreams/0", upstreams: #"["nonsense"]"#),
        version("an ftp upstream", "", "/upstreams/1", upstreams: #"["https://a:1","ftp://a:2"]"#),
        version("an upstream with a port out of range", "", "/upstreams/0", upstreams: #"["http://a:65536"]"#),
        version("an upstream that is a number", "", "/upstreams/0", upstreams: "[7]"),
        version("no upstreams", "", "/upstreams", upstreams: "[]"),
        version("upstreams that are no array", "", "/upstreams", upstreams: #""http://a""#),
        version("upstreams that are null", "", "/upstreams", upstreams: "null"),
        version("an upstream that is named twice", "", "/upstreams", upstreams: #"["http://a","http://a:80/"]"#),
        version("an upstream's model with a slash", #""upstreamModel":"a/b""#, "/upstreamModel"),
        version("supersede that is a number", #""supersede":1"#, "/supersede"),
        version("an unknown field of a version", #""weigth":5"#, "/weigth"),
        version("settings that are a number", #""settings":5"#, "/settings"),
        version("a limit of 0 requests in flight", #""settings":{"inFlight":0}"#, "/settings/inFlight"),
        version("a probe without a path", #""settings":{"probe":{}}"#, "/settings/probe/path"),
        version(
            "an ejection that ends before it begins",
            #""settings":{"ejection":{"seconds":60}}"#,
            "/settings/ejection/maximumSeconds"
        ),
        version("an unknown setting", #""settings":{"retries":3}"#, "/settings/retries"),
        BadInput(
            name: "a version's name with a blank",
            target: "/v1/models/digits/versions",
            body: #"{"version":"a b","upstreams":["http://a"]}"#,
            status: 422,
            type: ours + "invalid-value",
            pointer: "/version"
        ),
        BadInput(
            name: "a version's name that is taken",
            target: "/v1/models/digits/versions",
            body: #"{"version":"1","upstreams":["http://other"]}"#,
            status: 409,
            type: ours + "version-differs"
        ),
        BadInput(
            name: "a model's name that is taken",
            target: "/v1/models",
            body: #"{"name":"digits","autoStart":false}"#,
            status: 409,
            type: ours + "model-differs"
        ),
    ]

    static let plans: [BadInput] = [
        plan("a plan that is a string", #""quick""#, ""),
        plan("weights that do not grow", #"{"steps":[{"weight":500},{"weight":500}]}"#, "/steps/1/weight"),
        plan("weights beyond the whole", #"{"steps":[{"weight":10001}]}"#, "/steps/0/weight"),
        plan("a weight below nothing", #"{"steps":[{"weight":-1}]}"#, "/steps/0/weight"),
        plan("a step with all traffic", #"{"steps":[{"weight":10000}]}"#, "/steps/0/weight"),
        plan("a step with no traffic", #"{"steps":[{"weight":0}]}"#, "/steps/0/weight"),
        plan("a weight that is no whole number", #"{"steps":[{"weight":0.5}]}"#, "/steps/0/weight"),
        plan("a step without weight", #"{"steps":[{}]}"#, "/steps/0/weight"),
        plan("an unknown field of a step", #"{"steps":[{"weight":1,"wait":2}]}"#, "/steps/0/wait"),
        plan("no steps", #"{"steps":[]}"#, "/steps"),
        plan("no checks", #"{"checks":[]}"#, "/checks"),
        plan("only checks in dry run", #"{"checks":[{"metric":"latency","mode":"dryRun"}]}"#, "/checks"),
        plan(
            "nonInferiority without a required check",
            #"{"promotion":"nonInferiority","checks":[{"metric":"latency","required":false}]}"#,
            "/checks"
        ),
        plan("checks of one name", #"{"checks":[{"metric":"latency"},{"metric":"latency"}]}"#, "/checks"),
        plan("an unknown metric of a check", #"{"checks":[{"metric":"mood"}]}"#, "/checks/0/metric"),
        plan("a check without metric", #"{"checks":[{"name":"x"}]}"#, "/checks/0/metric"),
        plan(
            "a field of another check",
            #"{"checks":[{"metric":"latency","acceptableShare":0.1}]}"#,
            "/checks/0/acceptableShare"
        ),
        plan("a harm ratio below 1", #"{"checks":[{"metric":"latency","harmRatio":0.9}]}"#, "/checks/0/harmRatio"),
        plan(
            "a margin below harm",
            #"{"checks":[{"metric":"errorRate","promotionOddsRatio":1.05}]}"#,
            "/checks/0/promotionOddsRatio"
        ),
        plan("an unknown rule of promotion", #"{"promotion":"hope"}"#, "/promotion"),
        plan("a plan that cannot end", #"{"bakeSeconds":600,"deadlineSeconds":500}"#, "/deadlineSeconds"),
        plan("an alpha out of range", #"{"alpha":0.5}"#, "/alpha"),
        plan("an alpha that is a string", #"{"alpha":"0.05"}"#, "/alpha"),
        plan("an interval of nothing", #"{"intervalSeconds":0}"#, "/intervalSeconds"),
        plan("a number beyond all integers", #"{"minimumRequests":1e300}"#, "/minimumRequests"),
        plan("an unknown field of the warm-up", #"{"warmUp":{"minutes":1}}"#, "/warmUp/minutes"),
        plan("a hard stop out of range", #"{"hardStop":{"errorShare":1.5}}"#, "/hardStop/errorShare"),
        plan("an unknown field of the hard stop", #"{"hardStop":{"share":0.5}}"#, "/hardStop/share"),
        plan("a limit without value", #"{"limits":[{"metric":"p99Latency"}]}"#, "/limits/0/above"),
        plan("an unknown metric of a limit", #"{"limits":[{"metric":"p98Latency","above":1}]}"#, "/limits/0/metric"),
        plan("a limit of nothing", #"{"limits":[{"metric":"p99Latency","above":0}]}"#, "/limits/0/above"),
        plan("an error rate above all", #"{"limits":[{"metric":"errorRate","above":2}]}"#, "/limits/0/above"),
        plan(
            "a limit shorter than the interval",
            #"{"limits":[{"metric":"errorRate","above":0.1,"forSeconds":1}]}"#,
            "/limits/0/forSeconds"
        ),
        plan("an unknown policy", #"{"onNoData":{"action":"promote"}}"#, "/onNoData/action"),
        plan("a policy that is a string", #"{"onError":"hold"}"#, "/onError"),
        plan("a header and a cookie", #"{"assignment":{"header":"a","cookie":"b"}}"#, "/assignment"),
        plan("a header that is none", #"{"assignment":{"header":"a b"}}"#, "/assignment/header"),
        plan("an unknown field of a plan", #"{"canaryWeight":5}"#, "/canaryWeight"),
    ]

    static let orders: [BadInput] = [
        order("a command without reason", "{}", "/reason"),
        order("an empty reason", #"{"reason":""}"#, "/reason"),
        order("a blank reason", #"{"reason":" \t\n"}"#, "/reason"),
        order("a reason that is a list", #"{"reason":["a"]}"#, "/reason"),
        order("a reason with NUL", #"{"reason":"a\u0000"}"#, "/reason"),
        order("a reason that is too long", #"{"reason":"\#(String(repeating: "x", count: 1_001))"}"#, "/reason"),
        // One character for a reader, ten thousand bytes for every follower of the events.
        order(
            "a reason of endless accents",
            #"{"reason":"e\#(String(repeating: "\u{301}", count: 5_000))"}"#,
            "/reason"
        ),
        order("a rollout that is a string", #"{"reason":"r","rollout":"1"}"#, "/rollout"),
        order("a rollout that is no whole number", #"{"reason":"r","rollout":1.5}"#, "/rollout"),
        order("an unknown field of a command", #"{"reason":"r","force":true}"#, "/force"),
        order("a version where none belongs", #"{"reason":"r","version":"2"}"#, "/version"),
        BadInput(
            name: "a start without version",
            target: "/v1/models/digits/start",
            body: #"{"reason":"r"}"#,
            status: 422,
            type: ours + "invalid-value",
            pointer: "/version"
        ),
    ]

    static let unknown: [BadInput] = [
        unknown("model", "/v1/models/nobody"),
        unknown("model", "/v1/models/%20"),
        unknown("model", "/v1/models/nobody/versions"),
        unknown("model", "/v1/models/nobody/rollouts"),
        unknown("model", "/v1/models/nobody/versions/1"),
        unknown("version", "/v1/models/digits/versions/9"),
        unknown("version", "/v1/models/digits/versions/a%2Fb"),
        unknown("rollout", "/v1/rollouts/999999"),
        unknown("rollout", "/v1/rollouts/0"),
        unknown("rollout", "/v1/rollouts/99999999999999999999"),
        unknown("rollout", "/v1/rollouts/one/decisions"),
        unknown("rollout", "/v1/rollouts/999999/evidence"),
        unknown("model", "/v1/models/nobody/rollback", "POST", #"{"reason":"r"}"#),
        unknown("model", "/v1/models/nobody/versions", "POST", #"{"version":"1","upstreams":["http://a"]}"#),
        unknown("rollout", "/v1/models/digits/rollback", "POST", #"{"reason":"r","rollout":999999}"#),
        unknown("rollout", "/v1/models/digits/rollback", "POST", #"{"reason":"r","rollout":-1}"#),
        BadInput(name: "an unknown path", method: "GET", target: "/v1/nothing", status: 404, type: "about:blank"),
        BadInput(name: "a path that goes on", method: "GET", target: "/v1/models/", status: 404, type: "about:blank"),
        BadInput(name: "a wrong method", method: "DELETE", target: "/v1/models", status: 405, type: "about:blank"),
        BadInput(
            name: "a command by GET",
            method: "GET",
            target: "/v1/models/digits/rollback",
            status: 405,
            type: "about:blank"
        ),
    ]

    static let documents: [BadInput] = [
        unreadable("no JSON", "name=digits"),
        unreadable("an empty body", ""),
        unreadable("half a document", #"{"name":"a""#),
        unreadable("two documents", #"{"name":"a"}{}"#),
        unreadable("a name that stands twice", #"{"name":"a","name":"b"}"#),
        unreadable("a number beyond all numbers", #"{"name":1e999}"#),
        unreadable("endless nesting", String(repeating: "[", count: 100_000)),
        BadInput(
            name: "a form",
            target: "/v1/models",
            body: #"{"name":"a"}"#,
            headers: ["Content-Type: application/x-www-form-urlencoded"],
            status: 415,
            type: "about:blank"
        ),
        BadInput(
            name: "a body without content type",
            target: "/v1/models",
            body: #"{"name":"a"}"#,
            headers: [],
            status: 415,
            type: "about:blank"
        ),
        BadInput(
            name: "a body that is too large",
            target: "/v1/models",
            body: #"{"name":"\#(String(repeating: "a", count: 2 << 20))"}"#,
            status: 413,
            type: ours + "request-body-too-large"
        ),
        BadInput(
            name: "both length headers",
            target: "/v1/models",
            body: #"{"name":"a"}"#,
            headers: ["Content-Type: application/json", "Transfer-Encoding: chunked"],
            status: 400,
            type: ours + "conflicting-lengths"
        ),
        BadInput(
            name: "a header that is too large",
            target: "/v1/models",
            body: #"{"name":"a"}"#,
            headers: ["Content-Type: application/json", "X-Large: \(String(repeating: "a", count: 20_000))"],
            status: 431,
            type: ours + "request-head-too-large"
        ),
        BadInput(
            name: "an event id that is none",
            method: "GET",
            target: "/v1/events?after=x",
            status: 400,
            type: ours + "invalid-value"
        ),
        BadInput(
            name: "a last event id that is none",
            method: "GET",
            target: "/v1/events",
            headers: ["Last-Event-ID: -1"],
            status: 400,
            type: ours + "invalid-value"
        ),
        BadInput(
            name: "events of a model that cannot be",
            method: "GET",
            target: "/v1/events?model=a/b",
            status: 400,
            type: ours + "invalid-value"
        ),
    ]

    static let all = Self.models + Self.versions + Self.plans + Self.orders + Self.unknown + Self.documents
}

@Suite("Bad input")
struct BadInputTests {
    @Test("Everything that is wrong is refused as a problem that says what, where, and nothing is half-done")
    func table() throws {
        try ControlBench.with { bench in
            try bench.openRollout()
            let before = try bench.rowCounts()

            for input in BadInput.all {
                let answer = try bench.request(input.method, input.target, headers: input.headers, body: input.body)

                let comment = Comment(rawValue: "\(input.name): \(answer.status) \(answer.text)")
                #expect(answer.status == input.status, comment)
                let problem = try answer.problem(status: input.status, type: input.type)
                #expect(problem.pointer == input.pointer, comment)
                #expect(answer.body.count < 4_096, comment)
                #expect((answer.headers["allow"] != nil) == (input.status == 405), comment)
            }

            #expect(try bench.rowCounts() == before)
        }
    }

    @Test("A wrong method is told the right ones")
    func allow() throws {
        try ControlBench.with { bench in
            let collection = try bench.request("DELETE", "/v1/models")
            let command = try bench.get("/v1/models/digits/rollback")

            #expect(collection.headers["allow"] == "GET, HEAD, POST")
            #expect(command.headers["allow"] == "POST")
        }
    }

    @Test("A body split into chunks is as good as one with a length")
    func chunked() throws {
        try ControlBench.with { bench in
            let connection = try bench.connection()
            let head = ["Content-Type: application/json", "Transfer-Encoding: chunked"]
            connection.send(ControlBench.text("POST", "/v1/models", headers: head))
            connection.send("5\r\n{\"nam\r\nb\r\ne\":\"digits\"\r\n1\r\n}\r\n0\r\n\r\n")

            #expect(try connection.answer()?.decoded(ModelResponse.self, status: 201).name.text == "digits")
        }
    }
}

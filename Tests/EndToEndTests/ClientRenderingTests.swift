import ControlWire
import Foundation
import RolloutCore
import Testing

@testable import serin

@Suite("What client commands show")
struct ClientRenderingTests {
    @Test(
        "Durations are told in their two largest units, and never as negative",
        arguments: [
            (-3, "0s"), (0, "0s"), (17.9, "17s"), (60, "1m00s"), (245, "4m05s"), (3_600, "1h00m"), (93_784, "1d2h"),
        ] as [(Double, String)]
    )
    func durations(seconds: Double, text: String) {
        #expect(Figures.duration(seconds: seconds) == text)
    }

    @Test(
        "E values are told with three digits, and as a power of ten beyond a million",
        arguments: [(0, "1"), (3.5066, "33.3"), (6.39, "596"), (8.844, "6933"), (40, "10^17"), (5_000, "10^2171")]
            as [(Double, String)]
    )
    func eValues(logarithm: Double, text: String) {
        #expect(Figures.eValue(logarithm) == text)
    }

    @Test(
        "Shares keep their digits where they are small",
        arguments: [(nil, "-"), (0, "0.0 %"), (0.0004, "0.04 %"), (0.05, "5.0 %"), (1, "100.0 %")]
            as [(Double?, String)]
    )
    func shares(share: Double?, text: String) {
        #expect(Figures.share(share) == text)
    }

    @Test("A table is as wide as its cells, and no line ends in spaces")
    func table() {
        var table = TextTable("NAME", "N", "REASON")
        table.rows = [["a", "12", "because"], ["longer", "3", ""]]

        #expect(table.lines(.plain, indent: 1) == [" NAME    N   REASON", " a       12  because", " longer  3"])
    }

    @Test("Colour changes nothing but the colour")
    func colour() {
        var table = TextTable("NAME", "STATE")
        table.rows = [["v1", .init("✔ stable", .good)]]

        let coloured = table.lines(Painter(isColoured: true))

        #expect(coloured[1] == "v1    \u{1B}[32m✔ stable\u{1B}[0m")
        #expect(coloured.map(withoutColour) == table.lines(.plain))
    }

    @Test(
        "Every verdict has a mark and a word of its own",
        arguments: [
            (Verdict.pass, "✔ pass"), (.fail, "✖ fail"), (.inconclusive, "? inconclusive"), (.noData, "? no data"),
            (.error, "⚠ error"), (.warming, "? warming"),
        ]
    )
    func verdicts(verdict: Verdict, label: String) {
        #expect(verdict.labelled == label)
    }

    @Test(
        "A rollout's state is one mark and a few words",
        arguments: [
            (.running(.pending), "▶ pending"), (.running(.progressing(step: 1)), "▶ progressing"),
            (.running(.awaitingApproval(step: 0)), "‖ awaiting approval (promote)"),
            (.paused(.progressing(step: 0)), "‖ paused while progressing"), (.promoted, "✔ promoted"),
            (.rolledBack(.hardStop), "✖ rolled back (hardStop)"),
            (.inconclusive(.deadline), "? inconclusive (deadline)"),
            (.superseded, "· superseded"),
        ] as [(RolloutState, String)]
    )
    func headlines(state: RolloutState, label: String) {
        #expect(RolloutHeadline(StateResponse(state)).labelled == label)
    }

    @Test("Propagation says who routes by it and who does not yet")
    func propagation() {
        let partly = PropagationResponse(generation: 7, applied: ["a", "b"], pending: ["c"])
        let nobody = PropagationResponse(generation: 7, applied: [], pending: [])

        #expect(partly.line == "generation 7 routed by a, b; not yet by c")
        #expect(nobody.line == "generation 7; no live gateway has it yet")
    }

    @Test("A refusal tells its problem, its place and what stands in the way; the exit code tells who is to blame")
    func failures() {
        let refused = ClientFailure.refused(
            Problem(
                title: "Invalid value",
                status: 422,
                detail: "must be 1 to 9999",
                pointer: "/plan/steps/0",
                rollout: 3
            )
        )
        let unknown = ClientFailure.refused(
            Problem(
                type: "urn:serin:problem:unknown-model",
                title: "Not found",
                status: 404,
                detail: "there is no model 'm'"
            )
        )
        let away = ClientFailure.unreachable(url: "http://127.0.0.1:1", cause: "refused")

        #expect(
            refused.lines == [
                "Invalid value (422): must be 1 to 9999", "  at /plan/steps/0",
                "  see: serin explain MODEL --rollout 3",
            ]
        )
        #expect(unknown.lines.count == 2 && unknown.isUnknownModel && !refused.isUnknownModel)
        #expect([refused.exit, unknown.exit, away.exit] == [.refused, .refused, .unavailable])
    }

    @Test("A bad status without a problem document is shown as far as it can be")
    func foreignErrors() {
        let problem = ControlClient.problem(502, Data("<h1>Bad gateway</h1>".utf8))

        #expect(problem.status == 502)
        #expect(problem.detail == "<h1>Bad gateway</h1>")
    }

    @Test("A registration sends what was given and leaves the rest to the service")
    func registrationDocument() throws {
        var registration = ControlRequest.Registration(version: try VersionName("v2"), upstreams: ["http://a"])
        let least = registration.document
        registration.labels = ["team": "x"]
        registration.plan = .object(["bakeSeconds": .number(1)])
        registration.supersede = true

        #expect(least == .object(["version": .string("v2"), "upstreams": .array([.string("http://a")])]))
        #expect(
            registration.document
                == .object([
                    "version": .string("v2"), "upstreams": .array([.string("http://a")]),
                    "labels": .object(["team": .string("x")]), "plan": .object(["bakeSeconds": .number(1)]),
                    "supersede": .bool(true),
                ])
        )
        #expect(try VersionRequest(registration.document).supersede)
    }

    @Test("Orders are what the service reads")
    func orderDocuments() throws {
        let order = try CommandRequest(ControlRequest.order(reason: "why", rollout: RolloutID(4)), startsVersion: false)
        let start = try CommandRequest(
            ControlRequest.start(VersionName("v3"), reason: "why", supersede: true),
            startsVersion: true
        )

        #expect((order.reason, order.rollout) == ("why", RolloutID(4)))
        #expect((start.version, start.supersede) == (try VersionName("v3"), true))
    }

    @Test(
        "The address comes from the option, else the environment, else the default; nonsense is refused with its origin"
    )
    func address() throws {
        let environment = ["SERIN_CONTROL_URL": "https://serin.example/base"]
        func address(_ option: String?, _ environment: [String: String]) throws -> String {
            try ClientOptions.address(option: option, environment: environment).absoluteString
        }

        #expect(try address("http://127.0.0.1:9", environment) == "http://127.0.0.1:9")
        #expect(try address(nil, environment) == "https://serin.example/base")
        #expect(try address(nil, [:]) == "http://127.0.0.1:8081")
        #expect(throws: (any Error).self) { try address(nil, ["SERIN_CONTROL_URL": "nonsense"]) }
        #expect(throws: (any Error).self) { try address("ftp://x", [:]) }
    }
}

private func withoutColour(_ text: String) -> String { text.replacing(/\u{1B}\[\d+m/, with: "") }

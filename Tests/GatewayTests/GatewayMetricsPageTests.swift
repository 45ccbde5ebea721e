import ProxyCore
import RolloutCore
import Testing

@testable import Gateway

@Suite("The gateway's own metrics page")
struct GatewayMetricsPageTests {
    @Test("It tells what was counted, by version and outcome, and what is open")
    func page() throws {
        let server = try ScriptedServer("a")
        defer { server.stop() }
        try withGateway(.fixture(stable: [server.url], UpstreamSettings(inFlight: 8))) { gateway in
            let client = try gateway.connect()
            for _ in 1...3 { #expect(try client.ask().status == 200) }
            #expect(try client.ask(get("/nowhere/x")).status == 404)
            let expected = [
                #"serin_gateway_requests_total{model="m",version="1",cohort="stable",outcome="success"} 3"#,
                #"serin_gateway_request_duration_seconds_count{model="m",version="1",cohort="stable"} 3"#,
                #"serin_gateway_unrouted_requests_total{status="404"} 1"#,
                #"serin_gateway_version_requests_in_flight{model="m",version="1"} 0"#,
                "serin_gateway_upstream_connections{upstream=\"\(server.url)\",state=\"idle\"} 1",
                "serin_gateway_upstream_serving_ratio{upstream=\"\(server.url)\"} 1",
                "serin_gateway_route_generation 1",
            ]
            try eventually("everything is there") {
                let answer = try gateway.connect().ask(get("/-/metrics"))
                #expect(answer.status == 200)
                #expect(answer.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
                let lines = Set(answer.body.split(separator: "\n").map(String.init))
                return lines.isSuperset(of: expected)
            }
        }
    }

    @Test("A trip counts once, however long it is held, and shows while it is")
    func trips() throws {
        let board = MetricsBoard()
        func trip(_ model: String) throws -> Trip {
            Trip(
                id: .random(),
                model: try ModelName(model),
                rollout: RolloutID(1),
                canary: try VersionName("2"),
                generation: 1,
                cause: .operator(name: "n", reason: "r"),
                at: .now(),
                gateway: "g"
            )
        }
        func shown(_ model: String) -> [Substring?] {
            ["trips_total", "tripped"].map { name in
                board.text.split(separator: "\n").first { $0.hasPrefix("serin_gateway_\(name){model=\"\(model)\"}") }?
                    .split(separator: " ").last
            }
        }
        let first = try trip("a")
        board.note([first])
        board.note([first, try trip("b")])
        #expect(shown("a") == ["1", "1"])
        board.note([])
        #expect(shown("a") == ["1", "0"] && shown("b") == ["1", "0"])
        board.note([try trip("a")])
        #expect(shown("a") == ["2", "1"])
    }
}

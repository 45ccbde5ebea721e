import ControlWire
import PostgresClient
import PostgresStore
import RolloutCore
import RolloutEngine
import Synchronization
import Testing

@testable import ControlAPI

@Suite("Metrics and readiness")
struct MetricsTests {
    @Test("The page is valid, and says what is known of rollouts, checks and gateways")
    func page() throws {
        try ControlBench.with { bench in
            let id = try bench.openRollout("digits")
            try bench.openRollout("a.b-c_D")
            try bench.observe(id)
            try bench.tick()
            for name in ["edge-1", "edge \"2\" \\ \n"] {
                let writer = PostgresTelemetryWriter(pool: bench.inspector, replica: "replica of \(name)", name: name)
                try writer.report(appliedGeneration: 3)
            }

            let answer = try bench.get("/metrics")

            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let page = try PrometheusReader(answer.text)
            #expect(page.value("serin_store_up") == 1 && page.value("serin_models") == 2)
            #expect(page.value("serin_route_generation") == Double(try bench.store.read { try $0.routeGeneration() }))
            #expect(page.value("serin_rollout_canary_weight_ratio", ["model": "a.b-c_D"]) == 0.05)
            let info = [
                "model": "digits", "rollout": "\(id)", "canary": "2", "stable": "1", "phase": "warming",
                "paused": "false",
            ]
            #expect(page.value("serin_rollout_info", info) == 1, "\(answer.text)")
            let labels = ["model": "digits", "check": "latency"]
            #expect(page.value("serin_check_harm_log_evidence", labels) == 0)
            #expect((page.value("serin_check_harm_log_threshold", labels) ?? 0) > 1)
            let verdicts = page.samples.filter {
                $0.name == "serin_check_verdict" && $0.labels["check"] == "latency" && $0.labels["model"] == "digits"
            }
            #expect(verdicts.count == Verdict.allCases.count)
            #expect(verdicts.map(\.value).reduce(0, +) == 1)
            let edge = ["gateway": "edge \"2\" \\ \n", "replica": "replica of edge \"2\" \\ \n"]
            #expect(page.value("serin_gateway_applied_generation", edge) == 3)
            #expect(page.samples.filter { $0.name == "serin_control_lane_running" }.count == 4)
        }
    }

    @Test("With the database away the page is still valid and says so, and the service is not ready")
    func outage() throws {
        try ControlBench.with { bench in
            try bench.openRollout()
            #expect(try bench.get("/readyz").status == 200)

            try bench.withoutDatabase {
                let page = try PrometheusReader(try bench.get("/metrics").text)
                let ready = try bench.get("/readyz")

                #expect(page.value("serin_store_up") == 0 && page.value("serin_models") == nil)
                _ = try ready.problem(status: 503, type: "urn:serin:problem:not-ready")
                #expect(try bench.get("/healthz").status == 200)
            }

            #expect(try bench.get("/readyz").status == 200)
            #expect(try PrometheusReader(try bench.get("/metrics").text).value("serin_store_up") == 1)
        }
    }

    @Test("A read that the store repeats writes nothing twice", arguments: [1, 2])
    func repeatedRead(_ repetitions: Int) throws {
        try ControlBench.with(wrap: { RepeatingStore(base: $0, repetitions: repetitions) }) { bench in
            try bench.openRollout()

            #expect(try PrometheusReader(try bench.get("/metrics").text).value("serin_models") == 1)
        }
    }

    @Test("Values are written as Prometheus reads them")
    func values() throws {
        var text = PrometheusText()
        text.metric("m", .gauge, "All kinds of numbers.")
        let values = [0, -1, 0.1, 1e15, 1e300, .infinity, -.infinity, 123_456_789]
        for (index, value) in values.enumerated() { text.sample("m", [("i", "\(index)")], value) }
        text.sample("m", [], .nan)

        let lines = text.text.split(separator: "\n").dropFirst(2).map { $0.split(separator: " ").last.map(String.init) }
        #expect(lines == ["0", "-1", "0.1", "1000000000000000.0", "1e+300", "+Inf", "-Inf", "123456789", "NaN"])
        #expect(try PrometheusReader(text.text).samples.dropLast().map(\.value) == values)
    }
}

/// A store whose reads run more than once before they count, as after conflicts.
private struct RepeatingStore: RolloutStore {
    let base: PostgresRolloutStore
    let repetitions: Int

    func read<Result>(_ body: (any RolloutView) throws -> Result) throws -> Result {
        for _ in 0..<self.repetitions { _ = try self.base.read(body) }
        return try self.base.read(body)
    }

    func write<Result>(_ body: (any RolloutTransaction) throws -> Result) throws -> Result { try self.base.write(body) }
    func acquireLease(holder: String, duration: Duration) throws -> Int64? {
        try self.base.acquireLease(holder: holder, duration: duration)
    }
    func releaseLease(holder: String) throws { try self.base.releaseLease(holder: holder) }
    func forget(before limit: Timestamp, outsideRollouts: Timestamp) throws {
        try self.base.forget(before: limit, outsideRollouts: outsideRollouts)
    }
}

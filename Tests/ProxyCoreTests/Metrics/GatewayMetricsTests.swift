import Foundation
import ProxyCore
import RolloutCore
import Statistics
import Testing

@Suite("Gateway's own metrics")
struct GatewayMetricsTests {
    private func cell(_ version: String, _ outcomes: [Outcome: Int64], latencies: [Int64] = []) throws -> TelemetryCell
    {
        var tally = CohortTally()
        for (outcome, count) in outcomes { tally.outcomes[outcome] = count }
        for latency in latencies { tally.latency.record(microseconds: latency) }
        let (model, version) = (try ModelName("digits"), try VersionName(version))
        let key = TelemetryCell.Key(model: model, version: version, cohort: .stable, rollout: nil, generation: 1)
        tally.detail.rescues = RescueTally(repeated: 3, saved: 2, missed: 4)
        tally.detail.pairs = PairTally(abandoned: 5, dropped: 6)
        return TelemetryCell(key: key, tally: tally)
    }

    private func metrics() throws -> GatewayMetrics {
        var metrics = GatewayMetrics(startedAt: Timestamp(microseconds: 1_700_000_000_500_000))
        metrics.generation = 7
        metrics.traffic.add([try self.cell("1", [.success: 3, .saturated: 1], latencies: [900, 2_000, 120_000_000])])
        var pinned = OutcomeCounts()
        pinned[.serverError] = 2
        metrics.add([PinnedTally(model: try ModelName("digits"), version: try VersionName("9"), outcomes: pinned)])
        metrics.loops.clientConnections = 4
        metrics.loops.inFlight = 2
        metrics.loops.unrouted = [404: 5]
        var gate = GateMetrics()
        (gate.inFlight, gate.waiting, gate.totals.queued, gate.totals.waitMicroseconds) = (2, 1, 6, 1_500_000)
        let version = LoopMetrics.VersionKey(model: try ModelName("digits"), version: try VersionName("1"))
        metrics.loops.versions = [version: gate]
        var upstream = UpstreamMetrics()
        (upstream.endpoints, upstream.serving, upstream.idle, upstream.pending) = (4, 3, 2, 1)
        (upstream.ejections, upstream.probes) = (1, ProbeTotals(passed: 8))
        metrics.loops.upstreams = ["http://a:80": upstream]
        metrics.trips = [try ModelName("digits"): TripMetrics(trips: 1, isTripped: true)]
        return metrics
    }

    @Test(
        "Every number is there under its name and labels",
        arguments: [
            "serin_gateway_start_time_seconds 1700000000.5",
            "serin_gateway_route_generation 7",
            "serin_gateway_client_connections 4",
            "serin_gateway_requests_in_flight 2",
            #"serin_gateway_unrouted_requests_total{status="404"} 5"#,
            #"serin_gateway_requests_total{model="digits",version="1",cohort="stable",outcome="success"} 3"#,
            #"serin_gateway_requests_total{model="digits",version="1",cohort="stable",outcome="saturated"} 1"#,
            #"serin_gateway_request_duration_seconds_bucket{model="digits",version="1",cohort="stable",le="0.001"} 1"#,
            #"serin_gateway_request_duration_seconds_bucket{model="digits",version="1",cohort="stable",le="0.0025"} 2"#,
            #"serin_gateway_request_duration_seconds_bucket{model="digits",version="1",cohort="stable",le="60"} 2"#,
            #"serin_gateway_request_duration_seconds_bucket{model="digits",version="1",cohort="stable",le="+Inf"} 3"#,
            #"serin_gateway_request_duration_seconds_sum{model="digits",version="1",cohort="stable"} 120.0029"#,
            #"serin_gateway_request_duration_seconds_count{model="digits",version="1",cohort="stable"} 3"#,
            #"serin_gateway_rescues_total{model="digits",version="1",cohort="stable",result="saved"} 2"#,
            #"serin_gateway_rescues_total{model="digits",version="1",cohort="stable",result="failed"} 1"#,
            #"serin_gateway_rescues_total{model="digits",version="1",cohort="stable",result="missed"} 4"#,
            #"serin_gateway_mirrored_requests_total{model="digits",version="1",cohort="stable",result="sent"} 5"#,
            #"serin_gateway_mirrored_requests_total{model="digits",version="1",cohort="stable",result="dropped"} 6"#,
            #"serin_gateway_pinned_requests_total{model="digits",version="9",outcome="server_error"} 2"#,
            #"serin_gateway_version_requests_in_flight{model="digits",version="1"} 2"#,
            #"serin_gateway_version_requests_waiting{model="digits",version="1"} 1"#,
            #"serin_gateway_version_requests_queued_total{model="digits",version="1"} 6"#,
            #"serin_gateway_version_requests_refused_total{model="digits",version="1"} 0"#,
            #"serin_gateway_version_wait_seconds_total{model="digits",version="1"} 1.5"#,
            #"serin_gateway_upstream_connections{upstream="http://a:80",state="idle"} 2"#,
            #"serin_gateway_upstream_connections{upstream="http://a:80",state="busy"} 1"#,
            #"serin_gateway_upstream_serving_ratio{upstream="http://a:80"} 0.75"#,
            #"serin_gateway_upstream_ejections_total{upstream="http://a:80"} 1"#,
            #"serin_gateway_upstream_probes_total{upstream="http://a:80",result="passed"} 8"#,
            #"serin_gateway_trips_total{model="digits"} 1"#,
            #"serin_gateway_tripped{model="digits"} 1"#,
        ]
    )
    func lines(line: String) throws {
        let text = try self.metrics().prometheusText
        #expect(text.split(separator: "\n").contains(Substring(line)), "\(text)")
    }

    private static let promtool = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first(
        where: FileManager.default.isExecutableFile
    )

    @Test("Prometheus' own linter has nothing to say", .enabled(if: promtool != nil))
    func lint() throws {
        let promtool = try #require(Self.promtool)
        let (input, output) = (Pipe(), Pipe())
        let process = Process()
        process.executableURL = URL(filePath: promtool)
        process.arguments = ["check", "metrics"]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(try self.metrics().prometheusText.utf8))
        try input.fileHandleForWriting.close()
        let complaints = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()

        #expect(process.terminationStatus == 0, "\(complaints)")
    }

    @Test("Loops' reports add up")
    func merging() throws {
        var metrics = try self.metrics().loops
        metrics.merge(metrics)

        #expect(metrics.clientConnections == 8 && metrics.inFlight == 4)
        #expect(metrics.unrouted == [404: 10])
        #expect(metrics.versions.values.map(\.totals.queued) == [12])
        #expect(metrics.upstreams["http://a:80"]?.serving == 6)
        #expect(metrics.upstreams["http://a:80"]?.probes == ProbeTotals(passed: 16))
    }

    @Test("Totals only grow, and beyond their limit forget the version that was quiet for longest")
    func totals() throws {
        var totals = TrafficTotals(limit: 2)
        totals.add([try self.cell("1", [.success: 1]), try self.cell("2", [.success: 1])])
        totals.add([try self.cell("1", [.success: 2])])
        totals.add([try self.cell("3", [.success: 1])])

        let counts = Dictionary(
            uniqueKeysWithValues: totals.byKey.map { ($0.key.version.text, $0.value.outcomes[.success]) }
        )
        #expect(counts == ["1": 3, "3": 1])
    }
}

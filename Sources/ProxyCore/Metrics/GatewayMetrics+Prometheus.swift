import RolloutCore

extension GatewayMetrics {
    /// The metrics in the Prometheus text exposition format.
    package var prometheusText: String {
        var page = PrometheusText()
        self.writeProcess(to: &page)
        self.writeTraffic(to: &page)
        self.writeCare(to: &page)
        self.writeVersions(to: &page)
        self.writeUpstreams(to: &page)
        self.writeTelemetry(to: &page)
        self.writeTrips(to: &page)
        return page.text
    }

    private func writeProcess(to page: inout PrometheusText) {
        page.metric("serin_gateway_start_time_seconds", .gauge, "When the gateway was started, in seconds since 1970.")
        page.sample("serin_gateway_start_time_seconds", [], Double(self.startedAt.microseconds) / 1e6)
        page.metric("serin_gateway_route_generation", .gauge, "The route generation that requests are routed by.")
        page.sample("serin_gateway_route_generation", [], Double(self.generation))
        page.metric("serin_gateway_client_connections", .gauge, "Connections of clients that are open.")
        page.sample("serin_gateway_client_connections", [], Double(self.loops.clientConnections))
        page.metric("serin_gateway_requests_in_flight", .gauge, "Requests that have begun and not ended.")
        page.sample("serin_gateway_requests_in_flight", [], Double(self.loops.inFlight))
        page.metric(
            "serin_gateway_unrouted_requests_total",
            .counter,
            "Requests that no route took, by the status they were answered with."
        )
        for (status, count) in self.loops.unrouted.sorted(by: { $0.key < $1.key }) {
            page.sample("serin_gateway_unrouted_requests_total", [("status", String(status))], Double(count))
        }
    }

    private func writeTraffic(to page: inout PrometheusText) {
        let totals = self.traffic.byKey.sorted { $0.key.order < $1.key.order }
        page.metric(
            "serin_gateway_requests_total",
            .counter,
            "Requests that have ended, by the version that was chosen for them and by how they ended."
        )
        for (key, total) in totals {
            for outcome in Outcome.allCases where total.outcomes[outcome] > 0 {
                let labels = key.labels + [("outcome", outcome.name)]
                page.sample("serin_gateway_requests_total", labels, Double(total.outcomes[outcome]))
            }
        }
        page.metric(
            "serin_gateway_request_duration_seconds",
            .histogram,
            "Time from a request being sent to the last byte of its answer, by version."
        )
        for (key, total) in totals {
            page.histogram(
                "serin_gateway_request_duration_seconds",
                key.labels,
                bounds: TrafficTotals.durationBounds,
                counts: total.durations,
                sum: Double(total.sumMicroseconds) / 1e6
            )
        }
    }

    private func writeCare(to page: inout PrometheusText) {
        let totals = self.traffic.byKey.sorted { $0.key.order < $1.key.order }
        page.metric(
            "serin_gateway_rescues_total",
            .counter,
            "Requests that stable was asked for after the canary had failed, and those it should have been, by result."
        )
        for (key, total) in totals where total.rescues != RescueTally() {
            let rescues = total.rescues
            let failed = rescues.repeated - rescues.saved
            for (result, count) in [("saved", rescues.saved), ("failed", failed), ("missed", rescues.missed)] {
                page.sample("serin_gateway_rescues_total", key.labels + [("result", result)], Double(count))
            }
        }
        page.metric(
            "serin_gateway_mirrored_requests_total",
            .counter,
            "Copies of requests, by whether the canary got them."
        )
        for (key, total) in totals where total.mirrored + total.droppedCopies > 0 {
            for (result, count) in [("sent", total.mirrored), ("dropped", total.droppedCopies)] {
                page.sample("serin_gateway_mirrored_requests_total", key.labels + [("result", result)], Double(count))
            }
        }
        page.metric(
            "serin_gateway_pinned_requests_total",
            .counter,
            "Requests that named their version, which judge nobody."
        )
        for (key, outcomes) in self.pinned.sorted(by: { $0.key.order < $1.key.order }) {
            for outcome in Outcome.allCases where outcomes[outcome] > 0 {
                let labels = key.labels + [("outcome", outcome.name)]
                page.sample("serin_gateway_pinned_requests_total", labels, Double(outcomes[outcome]))
            }
        }
    }

    private func writeVersions(to page: inout PrometheusText) {
        let versions = self.loops.versions.sorted { $0.key.order < $1.key.order }
        func write(
            _ name: String,
            _ kind: PrometheusText.Kind,
            _ help: String,
            _ value: (GateMetrics) -> Double
        ) {
            page.metric(name, kind, help)
            for (key, metrics) in versions { page.sample(name, key.labels, value(metrics)) }
        }
        write(
            "serin_gateway_version_requests_in_flight",
            .gauge,
            "Requests of a version that its limit has let in and that have not ended."
        ) { Double($0.inFlight) }
        write(
            "serin_gateway_version_requests_waiting",
            .gauge,
            "Requests that wait for a place within the version's limit."
        ) { Double($0.waiting) }
        write(
            "serin_gateway_version_requests_queued_total",
            .counter,
            "Requests that had to wait for a place within the version's limit."
        ) { Double($0.totals.queued) }
        write(
            "serin_gateway_version_requests_refused_total",
            .counter,
            "Requests that found no place in time, or no room to wait."
        ) { Double($0.totals.refused + $0.totals.expired) }
        write(
            "serin_gateway_version_wait_seconds_total",
            .counter,
            "Time that requests waited for a place, in all."
        ) { Double($0.totals.waitMicroseconds) / 1e6 }
    }

    private func writeUpstreams(to page: inout PrometheusText) {
        let upstreams = self.loops.upstreams.sorted { $0.key < $1.key }
        page.metric("serin_gateway_upstream_connections", .gauge, "Connections to an upstream, by what they do.")
        for (name, metrics) in upstreams {
            for (state, count) in [("idle", metrics.idle), ("busy", metrics.pending)] {
                let labels = [("upstream", name), ("state", state)]
                page.sample("serin_gateway_upstream_connections", labels, Double(count))
            }
        }
        page.metric(
            "serin_gateway_upstream_serving_ratio",
            .gauge,
            "Share of an upstream's addresses that take requests, as the event loops see them."
        )
        for (name, metrics) in upstreams where metrics.endpoints > 0 {
            let share = Double(metrics.serving) / Double(metrics.endpoints)
            page.sample("serin_gateway_upstream_serving_ratio", [("upstream", name)], share)
        }
        page.metric(
            "serin_gateway_upstream_ejections_total",
            .counter,
            "How often an event loop has left an address of an upstream alone."
        )
        for (name, metrics) in upstreams {
            page.sample("serin_gateway_upstream_ejections_total", [("upstream", name)], Double(metrics.ejections))
        }
        page.metric("serin_gateway_upstream_probes_total", .counter, "Active probes of an upstream, by result.")
        for (name, metrics) in upstreams {
            for (result, count) in [("passed", metrics.probes.passed), ("failed", metrics.probes.failed)]
            where count > 0 {
                let labels = [("upstream", name), ("result", result)]
                page.sample("serin_gateway_upstream_probes_total", labels, Double(count))
            }
        }
    }

    private func writeTelemetry(to page: inout PrometheusText) {
        page.metric("serin_gateway_telemetry_pending_cells", .gauge, "Counts that wait to be written to the database.")
        page.sample("serin_gateway_telemetry_pending_cells", [], Double(self.telemetry.pendingCells))
        page.metric("serin_gateway_telemetry_windows_total", .counter, "Windows of counts that were written.")
        page.sample("serin_gateway_telemetry_windows_total", [], Double(self.telemetry.writtenWindows))
        page.metric("serin_gateway_telemetry_failed_writes_total", .counter, "Writes that failed and are repeated.")
        page.sample("serin_gateway_telemetry_failed_writes_total", [], Double(self.telemetry.failedWrites))
        page.metric(
            "serin_gateway_telemetry_dropped_records_total",
            .counter,
            "Predictions and payloads that were given up for want of room."
        )
        page.sample("serin_gateway_telemetry_dropped_records_total", [], Double(self.telemetry.droppedRecords))
        page.metric(
            "serin_gateway_payloads_dropped_total",
            .counter,
            "Payloads that were drawn to be read and could not be, for want of room."
        )
        page.sample("serin_gateway_payloads_dropped_total", [], Double(self.droppedPayloads))
    }

    private func writeTrips(to page: inout PrometheusText) {
        let trips = self.trips.sorted { $0.key.text < $1.key.text }
        page.metric(
            "serin_gateway_trips_total",
            .counter,
            "How often the gateway has taken a canary's traffic away by itself."
        )
        for (model, metrics) in trips {
            page.sample("serin_gateway_trips_total", [("model", model.text)], Double(metrics.trips))
        }
        page.metric("serin_gateway_tripped", .gauge, "1 while the gateway keeps a model's canary at 0 by itself.")
        for (model, metrics) in trips {
            page.sample("serin_gateway_tripped", [("model", model.text)], metrics.isTripped ? 1 : 0)
        }
    }
}

extension TrafficTotals.Key {
    fileprivate var labels: [(String, String)] {
        [("model", self.model.text), ("version", self.version.text), ("cohort", self.cohort.rawValue)]
    }

    fileprivate var order: (String, String, String) { (self.model.text, self.version.text, self.cohort.rawValue) }
}

extension LoopMetrics.VersionKey {
    fileprivate var labels: [(String, String)] { [("model", self.model.text), ("version", self.version.text)] }

    fileprivate var order: (String, String) { (self.model.text, self.version.text) }
}

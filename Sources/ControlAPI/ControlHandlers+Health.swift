import ControlWire
import MicroHTTP
import RolloutCore
import RolloutEngine

extension ControlHandlers {
    /// Ready when the store answers.
    func readiness() throws -> HTTPResponse {
        do {
            _ = try self.services.urgentStore.read { try $0.routeGeneration() }
            return .text("ready\n")
        } catch {
            let detail = "the database does not answer; gateways serve on meanwhile"
            return .problem(Problem("not-ready", status: 503, detail: detail))
        }
    }

    func metrics() throws -> HTTPResponse {
        var page = PrometheusText()
        self.writeLanes(to: &page)
        let reached: Bool
        do {
            // The store may repeat the body, and may fail half-way: what it wrote counts only when it has returned.
            page = try self.services.urgentStore.read { [page] view in
                var page = page
                try self.writeRollouts(view, to: &page)
                try self.writeGateways(view, to: &page)
                return page
            }
            reached = true
        } catch {
            reached = false
        }
        page.metric("serin_store_up", .gauge, "Whether the database answered this scrape.")
        page.sample("serin_store_up", [], reached ? 1 : 0)
        return HTTPResponse(
            headers: ["Content-Type": PrometheusText.contentType],
            body: Array(page.text.utf8)
        )
    }

    private func writeLanes(to page: inout PrometheusText) {
        let loads = self.loads()
        page.metric("serin_control_lane_running", .gauge, "Requests being handled, by lane.")
        for load in loads { page.sample("serin_control_lane_running", [("lane", load.lane)], Double(load.running)) }
        page.metric("serin_control_lane_waiting", .gauge, "Requests waiting for a thread, by lane.")
        for load in loads { page.sample("serin_control_lane_waiting", [("lane", load.lane)], Double(load.waiting)) }
    }

    private func writeRollouts(_ view: any RolloutView, to page: inout PrometheusText) throws {
        let models = try view.models()
        let rollouts = try models.compactMap { model in try view.openRollout(of: model.name) }
        page.metric("serin_route_generation", .gauge, "The newest committed route generation.")
        page.sample("serin_route_generation", [], Double(try view.routeGeneration()))
        page.metric("serin_models", .gauge, "Models known.")
        page.sample("serin_models", [], Double(models.count))
        page.metric(
            "serin_rollout_info",
            .gauge,
            "Always 1; the labels say which rollouts are open and where they stand."
        )
        for rollout in rollouts {
            page.sample(
                "serin_rollout_info",
                [
                    ("model", rollout.model.text), ("rollout", rollout.id.description), ("canary", rollout.canary.text),
                    ("stable", rollout.stable.text), ("phase", StateResponse(rollout.state).phase),
                    ("paused", rollout.state.isPaused ? "true" : "false"),
                ],
                1
            )
        }
        page.metric(
            "serin_rollout_canary_weight_ratio",
            .gauge,
            "The canary's share of the traffic as committed, 0 to 1."
        )
        for rollout in rollouts {
            page.sample(
                "serin_rollout_canary_weight_ratio",
                [("model", rollout.model.text)],
                rollout.canaryWeight.share
            )
        }
        page.metric("serin_rollout_start_time_seconds", .gauge, "When the open rollout began, since the Unix epoch.")
        for rollout in rollouts {
            page.sample(
                "serin_rollout_start_time_seconds",
                [("model", rollout.model.text)],
                Double(rollout.startedAt.microseconds) / 1e6
            )
        }
        try self.writeChecks(rollouts.map { ($0.model, try view.finding(of: $0.id)) }, to: &page)
    }

    private func writeChecks(_ findings: [(ModelName, StoredFinding?)], to page: inout PrometheusText) {
        let checks = findings.flatMap { model, finding in (finding?.assessment.checks ?? []).map { (model, $0) } }
        page.metric("serin_check_harm_log_evidence", .gauge, "Natural logarithm of the evidence for harm, by check.")
        for (model, check) in checks {
            page.sample(
                "serin_check_harm_log_evidence",
                [("model", model.text), ("check", check.name)],
                check.harm.logE
            )
        }
        page.metric("serin_check_harm_log_threshold", .gauge, "Where the evidence for harm rolls back, by check.")
        for (model, check) in checks {
            page.sample(
                "serin_check_harm_log_threshold",
                [("model", model.text), ("check", check.name)],
                check.harm.logThreshold
            )
        }
        page.metric("serin_check_verdict", .gauge, "1 for the verdict a check has now, 0 for the others.")
        for (model, check) in checks {
            for verdict in Verdict.allCases {
                page.sample(
                    "serin_check_verdict",
                    [("model", model.text), ("check", check.name), ("verdict", verdict.rawValue)],
                    check.verdict == verdict ? 1 : 0
                )
            }
        }
    }

    private func writeGateways(_ view: any RolloutView, to page: inout PrometheusText) throws {
        let gateways = try view.gateways().filter { view.now.seconds(since: $0.seenAt) < 3_600 }
        page.metric("serin_gateway_applied_generation", .gauge, "The route generation a gateway last reported.")
        for gateway in gateways {
            page.sample(
                "serin_gateway_applied_generation",
                [("gateway", gateway.name), ("replica", gateway.replica)],
                Double(gateway.appliedGeneration)
            )
        }
        page.metric("serin_gateway_seen_seconds", .gauge, "Seconds since a gateway last reported.")
        for gateway in gateways {
            page.sample(
                "serin_gateway_seen_seconds",
                [("gateway", gateway.name), ("replica", gateway.replica)],
                max(0, view.now.seconds(since: gateway.seenAt))
            )
        }
    }
}

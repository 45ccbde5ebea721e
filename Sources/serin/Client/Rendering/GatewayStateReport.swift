import ControlWire
import RolloutCore

/// What one gateway does at this moment.
struct GatewayStateReport {
    let state: GatewayStateResponse
    let painter: Painter

    func lines() -> [String] {
        let routes =
            self.state.generation == 0 ? "no routes yet" : "routes of generation \(self.state.generation)"
        let title = "Gateway \(self.state.name) (\(self.state.replica)): \(routes)"
        var lines = [
            self.painter.paint(title, .strong),
            "\(self.state.inFlight) requests in flight on \(self.state.connections) connections",
        ]
        if !self.state.trips.isEmpty { lines += ["", "Trips:"] + self.trips.lines(self.painter) }
        if !self.state.models.isEmpty { lines += [""] + self.models.lines(self.painter) }
        return lines
    }

    private var trips: TextTable {
        var table = TextTable("MODEL", "ROLLOUT", "CANARY", "SINCE (UTC)", "BY", "RECORDED", "WHAT")
        table.rows = self.state.trips.map { trip in
            [
                .init("\(trip.model)"), .init(trip.rollout.map { "\($0)" } ?? "the next"),
                .init(trip.canary.map { "\($0)" } ?? Figures.missing), .init(Figures.clock(trip.at)), .init(trip.actor),
                .init(trip.isRecorded ? "yes" : "not yet", trip.isRecorded ? .plain : .doubtful), .init(trip.reason),
            ]
        }
        return table
    }

    private var models: TextTable {
        var table = TextTable("MODEL", "GENERATION", "COHORT", "VERSION", "WEIGHT")
        table.rows = self.state.models.flatMap { model in
            model.arms.map { arm in
                [
                    .init("\(model.model)"), .init("\(model.generation)"), .init(arm.cohort.rawValue),
                    .init("\(arm.version)"), .init("\(arm.weight)"),
                ]
            }
        }
        return table
    }
}

extension LocalRollbackResponse {
    var lines: [String] {
        guard let trip = self.trip else { return ["nothing changed: \(self.message)"] }
        var lines = [
            self.changed
                ? "✔ \(self.message), since \(Figures.milliseconds(self.milliseconds)) after the order"
                : "nothing changed: \(self.message)"
        ]
        lines.append(
            trip.isRecorded
                ? "recorded: the rollout follows, and with it the other gateways"
                : "not recorded yet: the gateway tells the controller's database as soon as it answers, and then the rollout ends; "
                    + "until then other gateways go on as before, so give the same order there"
        )
        if !self.isKept {
            lines.append(
                "✖ it could not be written to disk, so it would not last through a restart of the gateway; its log says why"
            )
        }
        return lines
    }
}

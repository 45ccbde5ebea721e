import ControlWire
import RolloutCore

/// What a plan can and cannot find out at present traffic.
struct ForecastReport {
    let response: ForecastResponse
    let painter: Painter

    func lines() -> [String] {
        let forecast = self.response.forecast
        guard let rate = forecast.requestsPerSecond, rate > 0 else {
            return ["Forecast: no traffic was seen yet, so nothing can be told of the plan"]
        }
        let seen =
            "Forecast at \(Figures.significant(rate)) requests a second (seen over \(Figures.duration(seconds: self.response.observedSeconds))): "
        var lines = [seen + self.ending]
        lines += forecast.reasons.map { "  \($0)" }
        guard !forecast.checks.isEmpty else { return lines }
        var table = TextTable(
            "CHECK",
            "FINDS BY THE DEADLINE (4 OF 5 TIMES)",
            "HALF WITHIN",
            "GOOD CANARY PROVEN",
            "HALF WITHIN",
            "NOTE"
        )
        table.rows = forecast.checks.map { check in
            [
                .init(check.name), .init(check.smallestFound?.harm ?? "nothing"),
                .init(Self.duration(check.smallestFound?.medianSeconds)),
                .init(
                    check.isRequired ? check.proofProbability.map { Figures.share($0) } ?? "not known" : "not needed"
                ),
                .init(check.isRequired ? Self.duration(check.proofSeconds) : Figures.missing), .init(check.note ?? ""),
            ]
        }
        lines += table.lines(self.painter)
        let harms = forecast.checks.flatMap { check in
            check.harms.map { harm in
                "  \(check.name): \(harm.harm) is found in \(Figures.share(harm.probability)) of cases"
            }
        }
        return lines + harms
    }

    private var ending: String {
        let forecast = self.response.forecast
        switch (forecast.canEnd, forecast.secondsUntilPromotion) {
        case (false?, _): return self.painter.paint("✖ the plan can't end with a promotion", .bad)
        case (true?, let seconds?):
            return self.painter.paint(
                "✔ half of all good canaries are promoted within \(Figures.duration(seconds: seconds))",
                .good
            )
        case (true?, nil):
            return self.painter.paint("? fewer than half of all good canaries are promoted in time", .doubtful)
        case (nil, _): return "not known"
        }
    }

    private static func duration(_ seconds: Double?) -> String { seconds.map(Figures.duration) ?? Figures.missing }
}

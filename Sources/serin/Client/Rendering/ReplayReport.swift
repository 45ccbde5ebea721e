import ControlWire
import RolloutCore

/// A decision beside the same decision made again.
struct ReplayReport {
    let replay: Replay
    let painter: Painter

    func lines() -> [String] {
        let replay = self.replay
        var decisions = TextTable("", "DECISION", "STATE AFTER", "REASON")
        decisions.rows = [("stored", replay.stored), ("made again", replay.recomputed)].map { name, verdict in
            let headline = RolloutHeadline(verdict.stateAfter)
            return [
                .init(name), .init(verdict.decision.rawValue), .init(headline.labelled, headline.ink),
                .init(verdict.reason),
            ]
        }
        var levels = TextTable("LN E", "STORED", "MADE AGAIN", "DIFFERENCE")
        levels.rows = replay.levels.map { level in
            let isSame = abs(level.difference ?? .infinity) <= Replay.tolerance
            return [
                .init(level.name), .init(level.stored.map(Self.logE) ?? Figures.missing),
                .init(level.recomputed.map(Self.logE) ?? Figures.missing),
                .init(level.difference.map { "\($0)" } ?? "on one side only", isSame ? .plain : .bad),
            ]
        }
        let verdict =
            replay.isSame
            ? self.painter.paint("✔ the same decision; ln E agrees within 1e-9", .good)
            : self.painter.paint("✖ not the same decision", .bad)
        return [
            "Decision \(replay.sequence) of rollout \(replay.rollout), from \(replay.strata) strata of evidence", "",
        ]
            + decisions.lines(self.painter) + [""] + levels.lines(self.painter) + ["", verdict]
    }

    private static func logE(_ number: Double) -> String { Figures.decimal(number, places: 9) }
}

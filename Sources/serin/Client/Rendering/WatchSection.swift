import RolloutCore

/// What the watch over the stable version has found.
struct WatchSection {
    /// Any order.
    let findings: [WatchFinding]
    let now: Timestamp
    let painter: Painter

    /// Findings that are over are shown for a day.
    private static let shownSeconds = 86_400.0

    func lines() -> [String] {
        let shown = self.findings.filter { finding in
            finding.endedAt.map { self.now.seconds(since: $0) < Self.shownSeconds } ?? true
        }
        guard !shown.isEmpty else { return [] }
        let open = shown.count { $0.state != .over }
        let title =
            open == 0
            ? self.painter.paint("Stable: ✔ well; of the last day", .good)
            : self.painter.paint("Stable: ✖ \(open) finding\(open == 1 ? "" : "s")", .bad)
        var table = TextTable("SINCE", "FINDING", "STATE", "WHAT")
        table.rows = shown.sorted { ($0.state == .over ? 1 : 0, $1.since) < ($1.state == .over ? 1 : 0, $0.since) }.map
        {
            finding in
            [
                .init(Figures.age(of: finding.since, at: self.now) + " ago"), .init(finding.kind.words),
                .init(finding.stateWords(at: self.now), finding.state == .over ? .faint : .bad),
                .init(finding.message),
            ]
        }
        return [title] + table.lines(self.painter)
    }
}

extension WatchFinding.Kind {
    var words: String {
        switch self {
        case .stableDegraded: "degraded"
        case .qualityDegraded: "quality fell"
        case .dataQualityViolated: "data quality"
        case .driftDetected: "drift"
        case .classImbalance: "class imbalance"
        }
    }
}

extension WatchFinding {
    /// Temporary or lasting, and how it ended.
    fileprivate func stateWords(at now: Timestamp) -> String {
        switch (self.state, self.ending) {
        case (.temporary, _): return "new"
        case (.lasting, _): return "lasting"
        case (.over, .acknowledged?): return "taken for normal"
        case (.over, .becameNormal?): return "became normal"
        case (.over, .recovered?), (.over, nil):
            return self.endedAt.map { "over for \(Figures.age(of: $0, at: now))" } ?? "over"
        }
    }
}

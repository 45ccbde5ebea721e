import RolloutCore

/// How far each column has moved, and both distributions of those that did.
struct DriftTable {
    let comparison: FileDrift
    let drawsAll: Bool
    let painter: Painter

    func lines() -> [String] {
        let report = self.comparison.report
        var lines = [
            "Reference: \(self.comparison.reference.path), \(self.comparison.reference.rows) rows",
            "Current:   \(self.comparison.current.path), \(self.comparison.current.rows) rows", "",
        ]
        lines += self.table()
        if !report.missingSignals.isEmpty {
            lines.append(self.painter.paint("✖ missing now: \(Self.names(report.missingSignals))", .bad))
        }
        if !report.extraSignals.isEmpty { lines.append("new, not compared: \(Self.names(report.extraSignals))") }
        for signal in report.signals where self.drawsAll || signal.verdict == .drifted || signal.verdict == .warning {
            lines += [""] + SignalHistogram(signal: signal, painter: self.painter).lines()
        }
        return lines + ["", self.conclusion]
    }

    private func table() -> [String] {
        var table = TextTable(
            "COLUMN",
            "VERDICT",
            "ROWS",
            "PSI",
            "JS",
            "L∞",
            "KS",
            "MOVED SD",
            "MISSING",
            "P",
            "WHY"
        )
        table.rows = self.comparison.report.signals.map { signal in
            let distances = signal.distances
            let numbers = [
                distances.stabilityIndexAdjusted, distances.jensenShannon, distances.largestDifference,
                distances.kolmogorovSmirnov, distances.movement,
            ].map(Figures.significant)
            let missing = distances.missingShareDifference.map { ($0 > 0 ? "+" : "") + Figures.share($0) }
            let new = signal.newWords.isEmpty ? [] : ["new: \(signal.newWords.prefix(5).joined(separator: ", "))"]
            return [
                .init(signal.name.text), .init(signal.verdict.labelled, signal.verdict.ink),
                .init("\(signal.currentRows) / \(signal.referenceRows)"),
            ] + numbers.map { TextTable.Cell($0) } + [
                .init(missing ?? Figures.missing), .init(Figures.significant(distances.pValue)),
                .init((signal.reasons + new).joined(separator: "; ")),
            ]
        }
        return table.lines(self.painter)
    }

    private static func names(_ names: [SignalName]) -> String { names.map(\.text).joined(separator: ", ") }

    private var conclusion: String {
        let report = self.comparison.report
        let share = report.driftedShare.map { ": \(Figures.share($0)) of the columns that can be judged" } ?? ""
        return self.painter.paint(report.verdict.labelled + share, report.verdict.ink)
    }
}

extension DriftVerdict {
    var labelled: String {
        switch self {
        case .stable: "✔ no drift"
        case .warning: "? moving"
        case .drifted: "✖ drift"
        case .tooFew: "? too few rows"
        }
    }

    var ink: Ink {
        switch self {
        case .stable: .good
        case .warning, .tooFew: .doubtful
        case .drifted: .bad
        }
    }
}

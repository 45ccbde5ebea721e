import ControlWire
import RolloutCore

/// What became of labels, and how good each version was by them.
struct QualityReport {
    let quality: QualityResponse
    let painter: Painter

    func lines() -> [String] {
        let feedback = self.quality.feedback
        let counts = feedback.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        var lines = [
            "Labels of predictions since \(self.quality.since): "
                + (counts.isEmpty ? "none" : counts.joined(separator: ", ")),
            "\(feedback.pending) wait for their prediction, about \(feedback.waiting) predictions for their label",
        ]
        guard !self.quality.versions.isEmpty else { return lines }
        lines.append("")
        lines += self.table(
            "VERSION",
            self.quality.versions.map { ("\($0.version) (\($0.cohort.rawValue))", $0.quality) }
        )
        for version in self.quality.versions {
            let ages = ["minute", "hour", "day", "week", "older"].compactMap { age in
                version.labelledByAge[age].map {
                    "\($0) within the \(age)".replacing("within the older", with: "older")
                }
            }
            if !ages.isEmpty { lines.append("\(version.version): labels came \(ages.joined(separator: ", "))") }
        }
        for version in self.quality.versions where !version.slices.isEmpty {
            lines += ["", "Slices of \(version.version) (\(version.cohort.rawValue)):"]
            let slices = version.slices.sorted { ($1.value.labelled, $0.key) < ($0.value.labelled, $1.key) }
            lines += self.table("SLICE", slices.map { ($0.key, $0.value) })
        }
        return lines
    }

    private func table(_ name: String, _ rows: [(String, QualityNumbers)]) -> [String] {
        var table = TextTable(
            name,
            "LABELS",
            "ACCURACY",
            "MACRO F1",
            "AUC",
            "LOG LOSS",
            "BRIER",
            "MAE",
            "RMSE",
            "R2"
        )
        table.rows = rows.map { name, numbers in
            let shares = [numbers.accuracy, numbers.macroF1].map { Figures.share($0) }
            let measures = [
                numbers.auc, numbers.logLoss, numbers.brier, numbers.meanAbsoluteError, numbers.rootMeanSquaredError,
                numbers.r2,
            ].map(Figures.significant)
            return ([name, "\(numbers.labelled)"] + shares + measures).map { TextTable.Cell($0) }
        }
        return table.lines(self.painter)
    }
}

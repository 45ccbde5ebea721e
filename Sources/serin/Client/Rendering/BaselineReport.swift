import ControlWire
import RolloutCore
import Statistics

/// A baseline, signal by signal.
struct BaselineReport {
    let baseline: BaselineResponse
    let painter: Painter

    func lines() -> [String] {
        let baseline = self.baseline
        var table = TextTable("SIGNAL", "ROLE", "ROWS", "MISSING", "VALUES", "DEMANDED")
        table.rows = baseline.signals.sorted { $0.key < $1.key }.map { name, signal in
            [
                .init(name.text), .init(signal.tally?.role.rawValue ?? Figures.missing),
                .init(signal.tally.map { "\($0.rows)" } ?? Figures.missing),
                .init(
                    signal.tally.map { Figures.share($0.rows > 0 ? Double($0.missing) / Double($0.rows) : nil) }
                        ?? Figures.missing
                ),
                .init(signal.tally.map { Self.values($0.values) } ?? Figures.missing),
                .init(Self.demands(signal.constraint)),
            ]
        }
        return [
            "Baseline of \(baseline.model) \(baseline.version): \(baseline.signals.count) signals, made of: \(baseline.origin), "
                + "since \(baseline.createdAt)", "",
        ] + table.lines(self.painter)
    }

    private static func values(_ values: SignalValues) -> String {
        switch values {
        case .numbers(let numbers):
            let spread = numbers.moments.sampleVariance.map { ", sd \(Figures.significant($0.squareRoot()))" } ?? ""
            return numbers.moments.count > 0
                ? "mean \(Figures.significant(numbers.moments.mean))\(spread)" : "no numbers"
        case .classes(let classes):
            let most = classes.counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3).map(\.key)
            return "\(classes.counts.count) classes\(most.isEmpty ? "" : ": " + most.joined(separator: ", "))"
        }
    }

    private static func demands(_ constraint: SignalConstraint) -> String {
        var parts: [String] = []
        if let kind = constraint.kind { parts.append(kind.rawValue) }
        if let share = constraint.completeness { parts.append("\(Figures.level(share)) present") }
        if let minimum = constraint.minimum { parts.append("≥ \(Figures.significant(minimum))") }
        if let maximum = constraint.maximum { parts.append("≤ \(Figures.significant(maximum))") }
        if let domain = constraint.domain { parts.append("one of \(domain.count) words") }
        if let threshold = constraint.driftThreshold { parts.append("drift below \(Figures.significant(threshold))") }
        return parts.joined(separator: ", ")
    }
}

import Statistics

/// What was seen, held against a baseline: for one look.
package struct ConstraintReport: Hashable, Sendable, Codable {
    /// By signal, then by kind.
    package let violations: [ConstraintViolation]
    /// Demands that were looked at.
    package let demands: Int
    /// Nil when the baseline has constraints only.
    package let drift: DriftReport?

    package init(
        baseline: Baseline,
        current: [SignalName: SignalTally],
        tolerance: ConstraintTolerance = .init(),
        thresholds: DriftThresholds = .init()
    ) {
        let shares = baseline.signals.sorted { $0.key < $1.key }.flatMap { name, signal in
            (current[name].map { ConstraintDemand.all(of: $0, signal.constraint, tolerance) } ?? []).map { (name, $0) }
        }
        let alpha = tolerance.alpha / Double(max(1, shares.count))
        var violations = shares.compactMap { name, demand -> ConstraintViolation? in
            let pValue = demand.pValue
            guard pValue <= alpha else { return nil }
            return demand.violation(of: name, pValue: pValue)
        }
        let columns = Self.columnViolations(baseline, current, tolerance)
        violations += columns
        let hasReference = baseline.signals.values.contains { $0.tally != nil }
        let drift = hasReference ? DriftReport(baseline: baseline, current: current, thresholds: thresholds) : nil
        violations += (drift?.signals ?? []).filter { $0.verdict == .drifted }.map { signal in
            ConstraintViolation(
                .baselineDrift,
                of: signal.name,
                rows: signal.currentRows,
                message: "'\(signal.name)' has drifted from its baseline: \(signal.reasons.joined(separator: ", "))"
            )
        }
        self.violations = violations.sorted { ($0.signal, $0.kind.rawValue) < ($1.signal, $1.kind.rawValue) }
        self.demands = shares.count + baseline.signals.count + (drift?.signals.count ?? 0)
        self.drift = drift
    }

    /// A signal that is not there while others are; and a feature that the baseline doesn't know.
    private static func columnViolations(
        _ baseline: Baseline,
        _ current: [SignalName: SignalTally],
        _ tolerance: ConstraintTolerance
    ) -> [ConstraintViolation] {
        let rows = current.values.map(\.rows).max() ?? 0
        guard rows >= tolerance.minimumRows else { return [] }
        let missing = baseline.signals.filter { name, signal in
            let seen = current[name]
            let isExpected = (signal.constraint.completeness ?? 1) > 0
            return isExpected && (seen?.present ?? 0) + (seen?.mistyped ?? 0) == 0
        }
        let extra = current.filter { baseline.signals[$0.key] == nil && $0.value.role == .feature && $0.value.rows > 0 }
        return missing.keys.map {
            ConstraintViolation(.missingColumn, of: $0, rows: rows, message: "'\($0)' is missing from all \(rows) rows")
        }
            + extra.map { name, tally in
                ConstraintViolation(
                    .extraColumn,
                    of: name,
                    rows: tally.rows,
                    message: "'\(name)' is not in the baseline"
                )
            }
    }
}

extension ConstraintDemand {
    fileprivate func violation(of signal: SignalName, pValue: Double) -> ConstraintViolation {
        ConstraintViolation(
            self.kind,
            of: signal,
            affectedRows: self.affectedRows,
            rows: self.rows,
            allowedShare: self.allowedShare,
            pValue: pValue,
            message: "\(self.affectedRows) of \(self.rows) rows of '\(signal)' \(self.kind.complaint); "
                + "\(self.allowedShare.percent) are allowed"
        )
    }
}

extension ConstraintViolation.Kind {
    /// What such rows do, after "n of m rows of …".
    fileprivate var complaint: String {
        switch self {
        case .dataType: "are of another kind"
        case .completeness: "have no value"
        case .baselineDrift: "have drifted"
        case .missingColumn: "are missing"
        case .extraColumn: "are not in the baseline"
        case .categoricalValues: "have words outside the domain"
        case .range: "lie outside the range"
        }
    }
}

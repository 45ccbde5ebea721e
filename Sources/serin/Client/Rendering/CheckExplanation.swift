import ControlWire
import RolloutCore

/// One check with every number it looks at, beside the number it is held against.
struct CheckExplanation {
    let check: CheckAssessment
    let plan: RolloutPlan
    /// Of the canary at present; nil when it has none.
    let canaryRequestsPerSecond: Double?
    let now: Timestamp
    let painter: Painter

    func lines() -> [String] {
        let check = self.check
        let rule = self.plan.checks.first { $0.name == check.name }.map { Margins($0.comparison) }
        var lines = [
            "Check \(self.painter.paint(check.name, .strong)) (\(self.role)): \(self.painter.paint(check.verdict.labelled, check.verdict.ink))",
            "  \(check.message)",
        ]
        lines += self.numbers()
        lines.append("  effect     " + self.effect)
        // What stands outside the bound has no evidence to show.
        if check.outsideAlpha == nil {
            lines.append("  loss       \(Self.level(check.harm)), \(Self.proven(check.harm))\(Self.after(rule?.harm))")
            if rule == nil || rule?.promotion != nil {
                lines.append(
                    "  promotion  \(Self.level(check.promotion)), \(Self.proven(check.promotion))\(Self.after(rule?.promotion))"
                )
            }
        } else if let rule {
            lines.append("  rule       \(rule.harm)")
        }
        if let bound = self.bound { lines.append("  bound      " + bound) }
        lines.append(self.forecast)
        if let since = check.noDataSince {
            lines.append("  no data    for \(Figures.age(of: since, at: self.now)): \(self.withoutData)")
        }
        return lines + self.signals() + self.slices()
    }

    private var role: String {
        switch self.check.mode {
        case .dryRun: "dry run, never acted on"
        case .warning: "warning, holds but never rolls back"
        case .enforced: self.check.required ? "guard, required for promotion" : "guard"
        }
    }

    private var withoutData: String {
        switch self.check.onNoData {
        case .ignore?: "goes on as if the check weren't there"
        case .rollback?: "ends the rollout without blame once it has lasted as long as the plan says"
        case .hold?, nil: self.check.required ? "promotion waits for it" : "nothing waits for it"
        }
    }

    // MARK: Numbers

    /// Requests where they are the check's units, else its own.
    private func numbers() -> [String] {
        guard let measurement = self.check.measurement, measurement.unit != .requests else { return self.requests() }
        let further = Set(measurement.canary.further.keys).union(measurement.stable.further.keys).sorted()
        let hasBad = measurement.canary.bad != nil || measurement.stable.bad != nil
        var header = ["", measurement.unit.rawValue.uppercased()]
        if hasBad { header.append("BAD") }
        header.append(measurement.name.uppercased())
        var table = TextTable(header: header + further.map { $0.uppercased() })
        table.rows = [("canary", measurement.canary), ("stable", measurement.stable)].map { name, cohort in
            var cells = [name, "\(cohort.units)"]
            if hasBad { cells.append(cohort.bad.map { "\($0)" } ?? Figures.missing) }
            cells.append(Figures.significant(cohort.value))
            return (cells + further.map { Figures.significant(cohort.further[$0]) }).map { TextTable.Cell($0) }
        }
        return table.lines(self.painter, indent: 2)
    }

    private func requests() -> [String] {
        var table = TextTable("", "ANSWERED", "ERRORS", "SHARE", "GIVEN UP", "MEAN", "P50", "P95", "P99")
        table.rows = [("canary", self.check.canary), ("stable", self.check.stable)].map { name, numbers in
            [
                .init(name), .init("\(numbers.requests)"), .init("\(numbers.errors)"),
                .init(Figures.share(numbers.errorShare)), .init("\(numbers.clientAborted)"),
                .init(Figures.milliseconds(numbers.meanLatencyMilliseconds)),
                .init(Figures.milliseconds(numbers.p50LatencyMilliseconds)),
                .init(Figures.milliseconds(numbers.p95LatencyMilliseconds)),
                .init(Figures.milliseconds(numbers.p99LatencyMilliseconds)),
            ]
        }
        return table.lines(self.painter, indent: 2)
    }

    private var effect: String {
        let check = self.check
        var parts: [String] = []
        if let effect = check.effect {
            parts.append(
                "odds ratio \(Figures.decimal(effect.oddsRatio)), 95 % interval \(Figures.decimal(effect.lower)) to "
                    + Figures.decimal(effect.upper)
            )
        }
        if let difference = check.measurement?.difference {
            parts.append(
                "difference \(Figures.significant(difference.value)), 95 % interval "
                    + "\(Figures.significant(difference.lower)) to \(Figures.significant(difference.upper))"
            )
        }
        if !parts.isEmpty { return parts.joined(separator: "; ") }
        if check.metric == "latency" { return self.latencyRatios }
        if check.signals?.isEmpty == false { return "see the signals below" }
        return check.measurement.map { $0.unit == .requests } ?? true
            ? "no odds ratio yet: a cohort has nothing bad to compare" : "not told yet: too little to compare"
    }

    private var latencyRatios: String {
        let (canary, stable) = (self.check.canary, self.check.stable)
        let pairs = [
            ("p50", canary.p50LatencyMilliseconds, stable.p50LatencyMilliseconds),
            ("p95", canary.p95LatencyMilliseconds, stable.p95LatencyMilliseconds),
            ("p99", canary.p99LatencyMilliseconds, stable.p99LatencyMilliseconds),
        ]
        let ratios = pairs.compactMap { name, canary, stable in
            guard let canary, let stable, stable > 0 else { return String?.none }
            return "\(name) ×\(Figures.decimal(canary / stable))"
        }
        return ratios.isEmpty
            ? "too few requests to show quantiles" : "canary to stable: " + ratios.joined(separator: ", ")
    }

    static func level(_ level: EvidenceLevel) -> String {
        "ln E \(Figures.decimal(level.logE)) of \(Figures.decimal(level.logThreshold)) "
            + "(E \(Figures.eValue(level.logE)) of \(Figures.eValue(level.logThreshold)))"
    }

    private static func proven(_ level: EvidenceLevel) -> String { level.isReached ? "proven" : "not proven" }
    private static func after(_ rule: String?) -> String { rule.map { ": " + $0 } ?? "" }

    private var bound: String? {
        if let reason = self.check.outsideAlpha { return "stands outside it: \(reason)" }
        return self.check.alphaShare.map { "\(Figures.level($0)) of false rollbacks are set aside for it" }
    }

    // MARK: What is missing

    private var forecast: String {
        guard let measurement = self.check.measurement else { return "  requests   " + self.requestForecast }
        let unit = measurement.unit.rawValue
        let name = unit + String(repeating: " ", count: max(1, 11 - unit.count))
        let seen = "\(measurement.canary.units) of the canary so far"
        guard let needed = self.check.unitsNeeded else {
            if measurement.unit == .requests { return "  requests   " + self.requestForecast }
            return "  \(name)\(seen); too little evidence to say how many more it takes"
        }
        if needed == 0 { return "  \(name)\(seen), enough for a verdict" }
        let time =
            self.check.secondsToVerdict.map {
                ", about \(Figures.duration(seconds: $0.rounded(.up))) at the present rate"
            } ?? ""
        return "  \(name)\(seen), about \(needed) more for a verdict\(time)"
    }

    private var requestForecast: String {
        let seen = "\(self.check.canary.requests) of the canary so far"
        guard let needed = self.check.requestsNeeded else {
            return seen + "; too little evidence to say how many more it takes"
        }
        return needed == 0
            ? seen + ", enough for promotion"
            : seen + ", about \(needed) more needed" + Figures.wait(for: needed, at: self.canaryRequestsPerSecond)
    }

    // MARK: Signals and slices

    private func signals() -> [String] {
        guard let signals = self.check.signals, !signals.isEmpty else { return [] }
        var table = TextTable("SIGNAL", "ROLE", "CANARY ROWS", "STABLE ROWS", "LN E", "MOVED", "BY")
        table.rows = signals.map { signal in
            [
                .init(signal.signal.text), .init(signal.role.rawValue), .init("\(signal.canaryRows)"),
                .init("\(signal.stableRows)"), .init(Figures.decimal(signal.logE)),
                .init(signal.hasMoved ? "✖ yes" : "no", signal.hasMoved ? .bad : .plain), .init(signal.distances),
            ]
        }
        return table.lines(self.painter, indent: 2)
    }

    private func slices() -> [String] {
        guard let slices = self.check.slices, !slices.isEmpty else { return [] }
        var table = TextTable("SLICE", "CANARY", "OF", "STABLE", "OF")
        table.rows = slices.map { slice in
            [
                .init(slice.slice), .init(Figures.significant(slice.canary.value)), .init("\(slice.canary.units)"),
                .init(Figures.significant(slice.stable.value)), .init("\(slice.stable.units)"),
            ]
        }
        return table.lines(self.painter, indent: 2)
    }
}

extension SignalMovement {
    /// How far it is from stable's, in every distance that is defined.
    var distances: String {
        var parts: [String] = []
        if let difference = self.classDifference {
            parts.append(
                "a share by \(Figures.share(difference))" + (self.mostMovedClass.map { " (class '\($0)')" } ?? "")
            )
        }
        if let distance = self.classDistance { parts.append("JS \(Figures.significant(distance))") }
        if let index = self.stabilityIndex { parts.append("PSI \(Figures.significant(index))") }
        if let movement = self.movement { parts.append("\(Figures.significant(movement)) sd") }
        if let canary = self.canaryMean, let stable = self.stableMean {
            parts.append("mean \(Figures.significant(canary)) against \(Figures.significant(stable))")
        }
        return parts.isEmpty ? "not told yet" : parts.joined(separator: ", ")
    }
}

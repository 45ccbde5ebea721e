import Statistics

extension DiagnosisEvidence {
    // MARK: Signals

    /// Which signals moved most against stable's at the same time.
    func signals() -> [Cause] {
        let report = DriftReport(reference: self.lateStable.signals, current: self.lateCanary.signals)
        return report.signals.filter { $0.verdict == .drifted || $0.verdict == .warning }.map { drift in
            let moved = drift.mostMoved
            let (canary, stable) = (moved?.currentShare ?? 0, moved?.referenceShare ?? 0)
            let kind: Cause.Kind =
                switch drift.role {
                case .feature: .features
                case .prediction, .confidence, .measure: .predictions
                }
            let doubt = kind == .features ? "; both are sent the same, so the comparison itself is in doubt" : ""
            return Cause(
                kind,
                "'\(drift.name)' differs from stable's (\(drift.reasons.joined(separator: ", "))): "
                    + "\((canary * 100).short) % of \(moved?.question ?? "rows"), stable \((stable * 100).short) %\(doubt)",
                subject: drift.name.text,
                strength: LogDomain.surprise(drift.distances.pValue ?? 1),
                canary: CauseNumbers(bad: Self.rows(canary, drift.currentRows), units: drift.currentRows),
                stable: CauseNumbers(bad: Self.rows(stable, drift.referenceRows), units: drift.referenceRows)
            )
        }
    }

    private static func rows(_ share: Double, _ rows: Int64) -> Int64 { Int64((share * Double(rows)).rounded()) }

    // MARK: Quality

    /// Which class is taken for which, and which slice lost most.
    func quality() -> [Cause] {
        let wrong = { (tally: CohortTally) in tally.detail.quality.overall.wrong }
        let rows = { (tally: CohortTally) in tally.detail.quality.overall.rows }
        let onset = Onset(self.pairs(wrong, of: rows))
        let world = self.world("share of wrong predictions", since: onset?.since, wrong, of: rows)
        return self.confusions(onset) + self.slices(onset) + [world].compactMap { $0 }
    }

    private func confusions(_ onset: Onset?) -> [Cause] {
        let (canary, stable) = (self.canary.detail.quality.overall, self.stable.detail.quality.overall)
        let mistaken = Set(canary.confusion.keys).filter { !$0.isRight }.sorted()
        let (ourRows, theirRows) = (canary.rowsByLabel, stable.rowsByLabel)
        let (ourPairs, theirPairs) = (canary.confusion, stable.confusion)
        let found = mistaken.compactMap { pair -> (excess: Double, cause: Cause)? in
            let ours = CauseNumbers(bad: ourPairs[pair] ?? 0, units: ourRows[pair.label] ?? 0)
            let theirs = CauseNumbers(bad: theirPairs[pair] ?? 0, units: theirRows[pair.label] ?? 0)
            guard let strength = Self.strength(ours, theirs, questions: mistaken.count) else { return nil }
            let excess = Double(ours.bad ?? 0) - Double(ours.units) * (theirs.value ?? 0)
            let cause = Cause(
                .confusion,
                "'\(pair.label)' is taken for '\(pair.predicted)' more often: \(ours.inWords) labelled rows beside stable's "
                    + "\(theirs.inWords)\(Self.course(onset))",
                subject: "\(pair.label) → \(pair.predicted)",
                strength: strength,
                canary: ours,
                stable: theirs,
                onset: onset
            )
            return (excess, cause)
        }
        return found.sorted { ($1.excess, $0.cause.sentence) < ($0.excess, $1.cause.sentence) }.prefix(3).map(\.cause)
    }

    private func slices(_ onset: Onset?) -> [Cause] {
        let slices = self.canary.detail.quality.slices
        let found = slices.sorted { $0.key < $1.key }.compactMap { name, counts -> Cause? in
            guard let other = self.stable.detail.quality.slices[name] else { return nil }
            let ours = CauseNumbers(bad: counts.wrong, units: counts.rows)
            let theirs = CauseNumbers(bad: other.wrong, units: other.rows)
            guard let strength = Self.strength(ours, theirs, questions: slices.count) else { return nil }
            return Cause(
                .slice,
                "the slice \(name) lost most: \(ours.inWords) labelled rows are wrong beside stable's \(theirs.inWords)"
                    + Self.course(onset),
                subject: name,
                strength: strength,
                canary: ours,
                stable: theirs,
                onset: onset
            )
        }
        return found.max { $0.loss < $1.loss }.map { [$0] } ?? []
    }

    /// Of a rise beyond chance; nil when there is none.
    private static func strength(_ canary: CauseNumbers, _ stable: CauseNumbers, questions: Int) -> Double? {
        guard let ours = canary.value, let theirs = stable.value, ours > theirs,
            let pValue = twoProportionPValue(
                x1: canary.bad ?? 0,
                n1: canary.units,
                x2: stable.bad ?? 0,
                n2: stable.units
            ),
            pValue * Double(questions) <= Self.alpha
        else { return nil }
        return LogDomain.surprise(pValue)
    }
}

extension Cause {
    /// How much larger the canary's share of bad units is.
    fileprivate var loss: Double { (self.canary.value ?? 0) - (self.stable.value ?? 0) }
}

extension QualityCounts {
    /// Rows that were classified.
    fileprivate var rows: Int64 { self.confusion.values.reduce(0, +) }
    fileprivate var wrong: Int64 { self.confusion.reduce(0) { $1.key.isRight ? $0 : $0 + $1.value } }
}

import Statistics

/// A rollout's evidence, prepared for questions.
struct DiagnosisEvidence {
    /// Ascending in time; those whose gateways had to forget requests are left out.
    let strata: [EvidenceStratum]
    let canary: CohortTally
    let stable: CohortTally
    /// Of the newest route generation that both have rows of, so that changing weights mix nothing.
    let lateCanary: CohortDetail
    let lateStable: CohortDetail

    /// A cause by chance in one of a hundred questions at most.
    static let alpha = 0.01

    init(_ strata: [EvidenceStratum]) {
        let sound = strata.filter { $0.droppedRequests == 0 }
        self.strata = sound.sorted {
            ($0.intervalStart.microseconds, $0.generation, $0.tick) < (
                $1.intervalStart.microseconds, $1.generation, $1.tick
            )
        }
        func pooled(_ part: (EvidenceStratum) -> CohortTally) -> CohortTally {
            sound.reduce(into: CohortTally()) { $0.merge(part($1)) }
        }
        self.canary = pooled(\.canary)
        self.stable = pooled(\.stable)
        let generation = sound.filter { !$0.canary.detail.signals.isEmpty && !$0.stable.detail.signals.isEmpty }
            .map(\.generation).max()
        let late = sound.filter { $0.generation == generation }
        self.lateCanary = late.reduce(into: CohortDetail()) { $0.merge($1.canary.detail) }
        self.lateStable = late.reduce(into: CohortDetail()) { $0.merge($1.stable.detail) }
    }

    /// One table an interval.
    func pairs(
        _ bad: (CohortTally) -> Int64,
        of units: (CohortTally) -> Int64
    ) -> [(at: Timestamp, pair: Stratum)] {
        self.strata.compactMap { stratum in
            let pair = try? Stratum(
                x1: bad(stratum.canary),
                n1: units(stratum.canary),
                x0: bad(stratum.stable),
                n0: units(stratum.stable)
            )
            return pair.map { (stratum.intervalStart, $0) }
        }
    }

    /// `since 2026-01-01T00:00:10Z and still so`, after a comma; empty when it can't be told.
    static func course(_ onset: Onset?) -> String {
        guard let onset, let since = onset.since else { return "" }
        switch onset.course {
        case .persists: return ", since \(since) and still so"
        case .blip: return ", from \(since) on, but no more: a blip"
        case .unclear: return ", since about \(since)"
        }
    }

    /// Whether stable got worse, too, when the canary did: a rise by half, beyond chance.
    func world(
        _ what: String,
        since: Timestamp?,
        _ bad: (CohortTally) -> Int64,
        of units: (CohortTally) -> Int64
    ) -> Cause? {
        guard let since else { return nil }
        var (before, after) = (ShareCount(), ShareCount())
        for stratum in self.strata {
            let count = ShareCount(bad: bad(stratum.stable), units: units(stratum.stable))
            if stratum.intervalStart < since { before = before + count } else { after = after + count }
        }
        guard let then = before.share, let now = after.share, now >= 1.5 * then, now > 0,
            let pValue = twoProportionPValue(x1: after.bad, n1: after.units, x2: before.bad, n2: before.units),
            pValue <= Self.alpha / 10
        else { return nil }
        let numbers = CauseNumbers(bad: after.bad, units: after.units)
        return Cause(
            .world,
            "stable shows the same: its \(what) rose from \((then * 100).short) % to \((now * 100).short) % at the same time, so the "
                + "world is part of the cause",
            strength: LogDomain.surprise(pValue),
            canary: CauseNumbers(bad: bad(self.canary), units: units(self.canary)),
            stable: numbers,
            onset: nil
        )
    }
}

extension LogDomain {
    /// −ln p; 700 where p is too small to be told from 0.
    static func surprise(_ pValue: Double) -> Double { pValue > 1e-300 ? self.threshold(alpha: min(1, pValue)) : 700 }
}

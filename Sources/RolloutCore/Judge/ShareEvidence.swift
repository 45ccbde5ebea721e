import Statistics

/// The evidence of a check that compares shares of bad units among what both cohorts served.
struct ShareEvidence: CheckEvidence {
    /// What makes a unit bad.
    enum Badness: Hashable, Sendable {
        case error
        /// Given up by the client.
        case abort
        /// Without a usable prediction.
        case invalidOutput
    }

    private let badness: Badness
    private var processes: ShareProcesses
    /// Where assignment sticks to keys and gateways tell which places failed.
    private var places: PlaceProcesses?
    private let isSticky: Bool
    private var canary = BadUnits()
    private var stable = BadUnits()
    private var provenUnits: Int64 = 0

    /// Units and the bad ones among them.
    private struct BadUnits: Hashable, Sendable {
        var bad: Int64 = 0
        var units: Int64 = 0

        mutating func merge(_ other: BadUnits) {
            self.bad += other.bad
            self.units += other.units
        }

        var measured: MeasuredCohort {
            MeasuredCohort(
                units: self.units,
                bad: self.bad,
                value: self.units > 0 ? Double(self.bad) / Double(self.units) : nil
            )
        }
    }

    init(_ badness: Badness, _ rule: ShareComparison, _ context: EvidenceContext) {
        self.badness = badness
        self.isSticky = context.isSticky
        self.processes = ShareProcesses(rule, horizon: context.horizon, isClustered: context.isSticky)
        switch badness {
        case .error, .abort: self.places = context.isSticky ? PlaceProcesses(rule, horizon: context.horizon) : nil
        case .invalidOutput: self.places = nil
        }
    }

    mutating func fold(_ traffic: JudgedStratum) {
        let (canary, stable) = (self.count(traffic.canary), self.count(traffic.stable))
        self.canary.merge(canary)
        self.stable.merge(stable)
        if traffic.proves { self.provenUnits += canary.units }
        if let pair = try? Stratum(x1: canary.bad, n1: canary.units, x0: stable.bad, n0: stable.units) {
            self.processes.fold(pair, proves: traffic.proves, belief: self.belief(traffic, units: pair.total))
        }
        let failed = self.failedPlaces(traffic)
        self.places?.fold(
            failed,
            canaryWeight: traffic.stratum.canaryWeight,
            interval: traffic.interval,
            proves: traffic.proves
        )
    }

    private func count(_ tally: CohortTally) -> BadUnits {
        switch self.badness {
        case .error: return BadUnits(bad: tally.outcomes.errors, units: tally.outcomes.judged)
        case .abort: return BadUnits(bad: tally.outcomes[.clientAborted], units: tally.outcomes.asked)
        case .invalidOutput:
            let outputs = tally.detail.outputs
            return BadUnits(bad: outputs.invalid, units: outputs.rows)
        }
    }

    private func belief(_ traffic: JudgedStratum, units: Int64) -> Double {
        switch self.badness {
        case .error, .abort: 1
        case .invalidOutput: traffic.belief(rows: units)
        }
    }

    private func failedPlaces(_ traffic: JudgedStratum) -> PlaceSet {
        var (places, stable): (PlaceSet, PlaceSet)
        switch self.badness {
        case .error: (places, stable) = (traffic.canary.detail.keys.failed, traffic.stable.detail.keys.failed)
        case .abort: (places, stable) = (traffic.canary.detail.keys.aborted, traffic.stable.detail.keys.aborted)
        case .invalidOutput: return PlaceSet()
        }
        places.formUnion(stable)
        return places
    }

    mutating func restartProof() {
        self.provenUnits = 0
        self.processes.restartProof()
        self.places?.restartProof()
    }

    var canaryUnits: Int64 { self.canary.units }

    var finding: EvidenceFinding {
        var finding = EvidenceFinding(
            loss: self.loss,
            measurement: Measurement(
                name: self.name,
                unit: self.badness == .invalidOutput ? .rows : .requests,
                canary: self.canary.measured,
                stable: self.stable.measured,
                difference: self.processes.shareDifference
            ),
            provenUnits: self.provenUnits
        )
        finding.harmLogE = self.processes.harmLogE
        finding.promotionLogE = max(0, self.processes.promotionLogE)
        if let places, places.hasFailures {
            finding.harmLogE = places.harmLogE
            finding.promotionLogE = max(0, self.processes.promotionLogE(comparing: places.promotionLogE))
        } else if self.isSticky, self.places == nil || self.canary.bad + self.stable.bad > 0 {
            finding.outsideAlpha = "units of one sticky key count as if they were independent"
        }
        finding.isLossLargeEnough = self.processes.isLossLargeEnough
        finding.effect = self.processes.effect
        finding.missing = self.missing
        return finding
    }

    private var name: String {
        switch self.badness {
        case .error: "error share"
        case .abort: "share of requests given up"
        case .invalidOutput: "share of invalid outputs"
        }
    }

    private var missing: String? {
        if self.canary.units > 0, self.stable.units > 0 { return nil }
        let cohort = self.canary.units == 0 ? "the canary" : "stable"
        switch self.badness {
        case .error, .abort: return "no requests of \(cohort) to judge"
        case .invalidOutput: return "no answers of \(cohort) were looked at"
        }
    }

    private var loss: String {
        let (canary, stable) = (self.canary, self.stable)
        switch self.badness {
        case .error:
            return "the canary fails more often than stable: \(canary.bad) of \(canary.units) requests, "
                + "stable \(stable.bad) of \(stable.units)"
        case .abort:
            return "clients give up on the canary more often than on stable: \(canary.bad) requests beside "
                + "\(canary.units - canary.bad) answered, stable \(stable.bad) beside \(stable.units - stable.bad)"
        case .invalidOutput:
            return "the canary's answers are unusable more often than stable's: \(canary.bad) of \(canary.units) rows, "
                + "stable \(stable.bad) of \(stable.units)"
        }
    }
}

extension CohortDetail {
    /// Rows that should carry a prediction, and those that carry no usable one. An answer that can't be read counts as one row.
    var outputs: (invalid: Int64, rows: Int64) {
        var (invalid, rows): (Int64, Int64) = (0, 0)
        for tally in self.signals.values {
            switch tally.role {
            case .prediction, .confidence:
                // A row may lack several of its values and is one bad row all the same.
                rows = max(rows, tally.rows)
                invalid = max(invalid, tally.missing + tally.mistyped)
            case .feature, .measure: break
            }
        }
        return (invalid + self.payloads.malformedResponses, rows + self.payloads.malformedResponses)
    }
}

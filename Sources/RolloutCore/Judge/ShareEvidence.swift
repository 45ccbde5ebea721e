import Statistics

/// The evidence of a check that compares shares of bad units among what both cohorts served.
struct ShareEvidence: CheckEvidence {
    /// What makes a unit bad.
    enum Badness: Hashable, Sendable {
        case error
        /// Given up by the client.
        case abort
    }

    private let badness: Badness
    private var processes: ShareProcesses
    /// Where assignment sticks to keys and gateways tell which places failed.
    private var places: PlaceProcesses?
    /// Of errors, where the plan mirrors requests. What clients give up has no pair: nobody waits for a copy.
    private var pairs: PairEvidence?
    private let logThreshold: Double
    private let isSticky: Bool
    private var canary = BadUnits()
    private var stable = BadUnits()
    private var provenUnits: Int64 = 0

    init(_ badness: Badness, _ rule: ShareComparison, _ context: EvidenceContext) {
        self.badness = badness
        self.isSticky = context.isSticky
        self.processes = ShareProcesses(rule, horizon: context.horizon, isClustered: context.isSticky)
        self.places = context.isSticky ? PlaceProcesses(rule, horizon: context.horizon) : nil
        self.logThreshold = context.logThreshold
        switch badness {
        case .error: self.pairs = context.isMirrored ? PairEvidence(rule, horizon: context.horizon) : nil
        case .abort: self.pairs = nil
        }
    }

    mutating func fold(_ traffic: JudgedStratum) {
        let (canary, stable) = (self.count(traffic.canary), self.count(traffic.stable))
        self.canary.merge(canary)
        self.stable.merge(stable)
        if traffic.proves { self.provenUnits += canary.units }
        if let pair = try? Stratum(x1: canary.bad, n1: canary.units, x0: stable.bad, n0: stable.units) {
            self.processes.fold(pair, proves: traffic.proves)
        }
        if let pairs = traffic.canary.detail.pairs { self.pairs?.fold(pairs) }
        let failed = self.failedPlaces(traffic)
        self.places?.fold(
            failed,
            split: PlaceSplit(traffic.stratum),
            interval: traffic.interval,
            proves: traffic.proves
        )
    }

    private func count(_ tally: CohortTally) -> BadUnits {
        switch self.badness {
        case .error: BadUnits(bad: tally.outcomes.errors, units: tally.outcomes.judged)
        case .abort: BadUnits(bad: tally.outcomes[.clientAborted], units: tally.outcomes.asked)
        }
    }

    private func failedPlaces(_ traffic: JudgedStratum) -> PlaceSet {
        var (places, stable): (PlaceSet, PlaceSet)
        switch self.badness {
        case .error: (places, stable) = (traffic.canary.detail.keys.failed, traffic.stable.detail.keys.failed)
        case .abort: (places, stable) = (traffic.canary.detail.keys.aborted, traffic.stable.detail.keys.aborted)
        }
        places.formUnion(stable)
        return places
    }

    mutating func restartProof() {
        self.provenUnits = 0
        self.processes.restartProof()
        self.places?.restartProof()
    }

    var canaryUnits: Int64 { self.canary.units + (self.pairs?.failures.total ?? 0) }
    var judgesPairs: Bool { self.pairs != nil }

    var finding: EvidenceFinding {
        var finding = EvidenceFinding(
            loss: self.loss,
            measurement: Measurement(
                name: self.name,
                unit: .requests,
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
        if let pairs { self.add(pairs, to: &finding) }
        return finding
    }

    /// Half of the check's α is for mirrored requests and half for those of clients: whatever the two have to do with each other, as when
    /// stable's answer is in both, the bound holds.
    private func add(_ pairs: PairEvidence, to finding: inout EvidenceFinding) {
        let half = LogDomain.threshold(alpha: 0.5)
        let (clients, mirrored) = (max(0, finding.harmLogE - half), max(0, pairs.harmLogE - half))
        finding.harmLogE = max(clients, mirrored)
        if pairs.failures.total > 0, self.canary.units == 0 { finding.missing = nil }
        if clients >= self.logThreshold, finding.isLossLargeEnough { return }
        // What has reached the threshold, if anything, must itself be large enough.
        finding.isLossLargeEnough = mirrored >= self.logThreshold && pairs.isLossLargeEnough
        guard finding.isLossLargeEnough else { return }
        finding.loss = pairs.loss
        finding.outsideAlpha = nil
    }

    private var name: String {
        switch self.badness {
        case .error: "error share"
        case .abort: "share of requests given up"
        }
    }

    private var missing: String? {
        if self.canary.units > 0, self.stable.units > 0 { return nil }
        let cohort = self.canary.units == 0 ? "the canary" : "stable"
        return "no requests of \(cohort) to judge"
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
        }
    }
}

import Statistics

/// Whether requests were split as routed, over all arms: the canary beside all others, and the baseline beside the rest of stable.
///
/// Given how many requests the canary didn't get, how they fall to baseline and rest is a draw of its own, so both are held apart and
/// either can tell that routing is broken.
struct SplitRatio: Sendable {
    private var canary = SampleRatioTest()
    /// Nil without a baseline.
    private var baseline: SampleRatioTest?

    init(hasBaseline: Bool) { self.baseline = hasBaseline ? SampleRatioTest() : nil }

    mutating func fold(_ stratum: EvidenceStratum) {
        let rest = stratum.rest?.assigned ?? 0
        let weight = stratum.canaryWeight
        self.canary.fold(
            canary: stratum.canary.assigned,
            stable: stratum.stable.assigned + rest,
            share: weight.share
        )
        guard stratum.baselineWeight > .zero else { return }
        self.baseline?.fold(
            canary: stratum.stable.assigned,
            stable: rest,
            share: stratum.baselineWeight.share / weight.complement.share
        )
    }

    /// Of whichever has more; with a baseline each has half of the error probability.
    var largestLogE: Double {
        guard let baseline else { return self.canary.largestLogE }
        return max(0, max(self.canary.largestLogE, baseline.largestLogE) - LogDomain.threshold(alpha: 0.5))
    }

    var isMismatched: Bool { self.largestLogE >= LogDomain.threshold(alpha: 1 / SampleRatioTest.freezeThreshold) }
}

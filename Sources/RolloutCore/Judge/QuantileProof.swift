import Statistics

/// The proof that one quantile of the canary's latency is within the margin of stable's.
///
/// It comes from the comparison with stable's requests of the same stratum, or from the canary alone: when it is proven to exceed
/// the widened threshold on less than 1 − q of its requests, its q-quantile lies below that threshold. The comparison learns nothing
/// when no request of either cohort is beyond (latencies without a tail); the ceiling does. Under the null "neither holds" both
/// are e-values, so their mean is one.
struct QuantileProof: Equatable, Sendable {
    private var comparison: StratifiedEProcess
    private var ceiling: ShareCeilingEProcess

    /// - Parameter quantile: In (0, 1).
    init(quantile: Double, tempering: Tempering) {
        self.comparison = StratifiedEProcess(grid: .latencyNonInferiority, tempering: tempering)
        self.ceiling = ShareCeilingEProcess(ceiling: 1 - quantile)
    }

    /// Takes in one stratum, in which a request is bad beyond its cohort's threshold.
    mutating func fold(_ stratum: Stratum) {
        let factor = self.comparison.temperingFactor
        self.ceiling.fold(bad: stratum.x1, units: stratum.n1, temperedBy: factor)
        self.comparison.fold(stratum)
    }

    /// ln E, now.
    var logE: Double { LogDomain.mean([self.comparison.logE, self.ceiling.logE]) }
}

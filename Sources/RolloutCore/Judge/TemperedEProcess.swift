import Statistics

/// A stratified e-process of which each stratum is believed by a factor of its own: units that come in clusters, such as the rows of
/// one request, say less than as many independent ones. e^λ with 0 < λ ≤ 1 is still an e-value (Jensen).
struct TemperedEProcess: Equatable, Sendable {
    private let grid: OddsRatioGrid
    private var bets: [StartTimeMixture]
    /// ln E after the last stratum; 0 before the first.
    private(set) var logE = 0.0
    /// The largest ln E at the end of any stratum, at least 0.
    private(set) var largestLogE = 0.0
    private var overdispersion: OverdispersionEstimate?

    /// - Parameter isClustered: Whether units come in clusters of unknown size, as those of sticky keys do: what is believed of a stratum
    ///   then goes by the overdispersion of those before it.
    init(grid: OddsRatioGrid, startTimes: StartTimes = .first, isClustered: Bool = false) {
        self.overdispersion = isClustered ? OverdispersionEstimate() : nil
        self.grid = grid
        self.bets = grid.alternatives.map { _ in StartTimeMixture(startTimes: startTimes) }
    }

    /// - Parameter belief: λ, in (0, 1].
    mutating func fold(_ stratum: Stratum, belief: Double = 1) {
        let belief = belief * (self.overdispersion?.temperingFactor ?? 1)
        self.overdispersion?.observe(stratum)
        // ln e(ψ : ψ₀) = ln e(ψ : 1) − ln e(ψ₀ : 1), so the null is evaluated once.
        let atNull = self.grid.null == 1 ? 0 : stratum.logEvidence(for: self.grid.null)
        for (index, alternative) in self.grid.alternatives.enumerated() {
            let evidence = stratum.isUninformative ? 0 : stratum.logEvidence(for: alternative) - atNull
            self.bets[index].advance(logEvidence: belief * evidence)
        }
        self.logE = LogDomain.mean(self.bets.map(\.logE))
        self.largestLogE = max(self.largestLogE, self.logE)
    }
}

import Statistics

/// The evidence of mirrored requests against a canary: pairs of which the canary failed more often than stable.
///
/// It can roll back, and never proves anything for promotion: a copy isn't a client's request.
struct PairEvidence: Sendable {
    private let rule: ShareComparison
    private var process: DiscordantPairEProcess
    private(set) var failures = PairFailures()
    /// The newest strata only: a loss that begins late is not averaged away over the good hours before it.
    private var newest = NewestStrata<PairFailures>()

    /// - Parameter horizon: Strata planned until the deadline.
    init(_ rule: ShareComparison, horizon: Int) {
        self.rule = rule
        self.process = DiscordantPairEProcess(tolerance: rule.harmOddsRatio, startTimes: .spread(horizon: horizon))
    }

    /// A stratum without pairs says nothing and lets no time pass.
    mutating func fold(_ pairs: PairTally) {
        let failures = pairs.outcomes.failures
        guard failures.total > 0 else { return }
        self.failures.merge(failures)
        self.newest.append(failures)
        self.process.fold(
            canaryOnlyBad: failures.canaryOnly,
            stableOnlyBad: failures.stableOnly,
            bothBad: failures.both
        )
    }

    /// The largest ln E against "no harm" at any look, at least 0.
    var harmLogE: Double { self.process.largestLogE }

    /// Whether the loss, over the rollout or of late, is as large as the least difference that matters.
    var isLossLargeEnough: Bool {
        var recent = PairFailures()
        for failures in self.newest.elements { recent.merge(failures) }
        return self.isLarge(self.failures) || self.isLarge(recent)
    }

    private func isLarge(_ failures: PairFailures) -> Bool {
        let least = self.rule.minimumDifference * Double(failures.total)
        return failures.total > 0 && Double(failures.canaryOnly - failures.stableOnly) >= least
    }

    var loss: String {
        let failures = self.failures
        return
            "the canary fails mirrored requests more often than stable: of \(failures.total) \(failures.canaryOnly) alone, "
            + "stable \(failures.stableOnly) alone, \(failures.both) both"
    }
}

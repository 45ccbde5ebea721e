/// Evidence against a null hypothesis on the odds ratio of canary to stable, valid at every look.
///
/// It is a fold over the stored counts: no baseline rate, no fixed horizon, indifferent to how the traffic share
/// changes between intervals.
/// E is the equal-weight mean over the grid of the products over intervals, not the product of means.
package struct StratifiedEProcess: EProcess {
    package let grid: OddsRatioGrid
    package let tempering: Tempering
    private var bets: [StartTimeMixture]
    private var overdispersion = OverdispersionEstimate()
    /// The largest ln E at the end of any interval, at least 0.
    package private(set) var largestLogE = 0.0

    package init(grid: OddsRatioGrid, startTimes: StartTimes = .first, tempering: Tempering = .none) {
        if case .fixed(let factor) = tempering {
            precondition(factor > 0 && factor <= 1, "a tempering factor lies in (0, 1]")
        }
        self.grid = grid
        self.tempering = tempering
        bets = grid.alternatives.map { _ in StartTimeMixture(startTimes: startTimes) }
    }

    /// Null: the canary's odds of a bad unit are at most `tolerance` times stable's. Large E: roll back.
    package static func harm(
        tolerance: Double = 1,
        startTimes: StartTimes = .first,
        tempering: Tempering = .none
    ) -> StratifiedEProcess {
        StratifiedEProcess(grid: .harm(tolerance: tolerance), startTimes: startTimes, tempering: tempering)
    }

    /// Null: the canary's odds of a bad unit are at least `margin` times stable's. Large E: good enough.
    package static func nonInferiority(margin: Double, tempering: Tempering = .none) -> StratifiedEProcess {
        StratifiedEProcess(grid: .nonInferiority(margin: margin), tempering: tempering)
    }

    /// Null: the odds of both cohorts are equal. Large E: they differ in one direction or the other.
    package static func twoSided(
        startTimes: StartTimes = .first,
        tempering: Tempering = .none
    ) -> StratifiedEProcess {
        StratifiedEProcess(grid: .twoSided, startTimes: startTimes, tempering: tempering)
    }

    /// Takes in an interval that consists of one stratum.
    package mutating func fold(_ stratum: Stratum) {
        fold(interval: CollectionOfOne(stratum))
    }

    /// Takes in all strata of one interval, such as one for each route snapshot or gateway; their order is of no
    /// importance. An interval without strata only lets the time of ``StartTimes`` pass.
    package mutating func fold(interval strata: some Collection<Stratum>) {
        var evidence = Array(repeating: 0.0, count: bets.count)
        for stratum in strata where !stratum.isUninformative {
            for (index, value) in stratum.logEvidence(for: grid).enumerated() {
                evidence[index] += value
            }
        }
        let factor = temperingFactor
        for index in bets.indices {
            bets[index].advance(logEvidence: factor * evidence[index])
        }
        for stratum in strata {
            overdispersion.observe(stratum)
        }
        largestLogE = max(largestLogE, logE)
    }

    /// λ that the next interval will be tempered with.
    package var temperingFactor: Double {
        switch tempering {
        case .none: 1
        case .fixed(let factor): factor
        case .estimated: overdispersion.temperingFactor
        }
    }

    /// Intervals taken in.
    package var intervals: Int { bets[0].intervals }

    /// ln E after the last interval; 0 before the first.
    package var logE: Double { LogDomain.mean(logEByAlternative) }

    /// ln E of each bet of the grid by itself.
    package var logEByAlternative: [Double] { bets.map(\.logE) }
}

import RealModule

/// How likely evidence is to reach its threshold by when, told before any is there.
///
/// E is a weighted mean of bets; ln of each grows by a constant for each unit of the canary and by another for each bad one among
/// them, stable being what it is on average. So whether E has reached its threshold depends on units and bad units alone, and the
/// probability that it ever has is that of a random walk crossing a curve: followed exactly for few bad units, in the limit of
/// Brownian motion for many.
package struct EvidenceOutlook: Sendable, Hashable {
    /// One bet of the mixture.
    struct Bet: Sendable, Hashable {
        var logWeight: Double
        /// What ln of the bet gains with each unit of the canary, and with each bad one besides.
        var perUnit: Double
        var perBad: Double
        /// Variance of the gain of a unit that stable's own chance makes.
        var stableVariance: Double
    }

    private let bets: [Bet]
    /// Of the canary, in (0, 1).
    private let badShare: Double

    init(bets: [Bet], badShare: Double) {
        self.bets = bets
        self.badShare = min(max(badShare, 1e-9), 1 - 1e-9)
    }

    // MARK: Bets

    /// ``StratifiedEProcess`` with these shares of bad units.
    ///
    /// - Parameters:
    ///   - stablePerCanary: Units of stable for each one of the canary.
    ///   - startShare: The share of the bets that start with the first interval.
    package init(
        grid: OddsRatioGrid,
        canaryShare: Double,
        stableShare: Double,
        stablePerCanary: Double,
        startShare: Double = 1
    ) {
        let logWeight = .log(startShare) - .log(Double(grid.alternatives.count))
        self.init(
            bets: Self.comparison(grid, canaryShare, stableShare, stablePerCanary, logWeight: logWeight),
            badShare: canaryShare
        )
    }

    /// The mean of a comparison against `grid` and of ``ShareCeilingEProcess``: the proof that promotion needs.
    ///
    /// - Parameter ceiling: In (0, 1); nil leaves it out.
    package init(
        proof grid: OddsRatioGrid,
        ceiling: Double?,
        canaryShare: Double,
        stableShare: Double,
        stablePerCanary: Double
    ) {
        let half = ceiling == nil ? 0 : -Double.log(2)
        var bets = Self.comparison(
            grid,
            canaryShare,
            stableShare,
            stablePerCanary,
            logWeight: half - .log(Double(grid.alternatives.count))
        )
        if let ceiling {
            let fractions = ShareCeilingEProcess.fractions
            bets += fractions.map { fraction in
                let good = Double.log(onePlus: -ceiling * fraction) - .log(onePlus: -ceiling)
                return Bet(
                    logWeight: half - .log(Double(fractions.count)),
                    perUnit: good,
                    perBad: .log(fraction) - good,
                    stableVariance: 0
                )
            }
        }
        self.init(bets: bets, badShare: canaryShare)
    }

    private static func comparison(
        _ grid: OddsRatioGrid,
        _ canaryShare: Double,
        _ stableShare: Double,
        _ stablePerCanary: Double,
        logWeight: Double
    ) -> [Bet] {
        let bad = canaryShare + stablePerCanary * stableShare
        func logMean(_ ratio: Double, _ bad: Double) -> Double {
            logExpectation(ofPowersOf: ratio, bad: bad, stablePerCanary: stablePerCanary)
                - logExpectation(ofPowersOf: grid.null, bad: bad, stablePerCanary: stablePerCanary)
        }
        return grid.alternatives.map { ratio in
            let step = bad * 1e-4
            let slope = (logMean(ratio, bad + step) - logMean(ratio, bad - step)) / (2 * step)
            let rest = logMean(ratio, bad) - slope * bad
            return Bet(
                logWeight: logWeight,
                perUnit: -rest - slope * stablePerCanary * stableShare,
                perBad: .log(ratio / grid.null) - slope,
                stableVariance: slope * slope * stablePerCanary * stableShare * (1 - stableShare)
            )
        }
    }

    /// ln E[ψ^X] for one unit of the canary in a large stratum: the integral over ln ψ of the mean of Fisher's noncentral
    /// hypergeometric distribution, which is Cornfield's root.
    private static func logExpectation(ofPowersOf ratio: Double, bad: Double, stablePerCanary: Double) -> Double {
        guard ratio != 1 else { return 0 }
        let (end, parts) = (Double.log(ratio), 32)
        func mean(_ place: Int) -> Double {
            let psi = Double.exp(end * Double(place) / Double(parts))
            let b = (1 + bad) * psi + stablePerCanary - bad
            return 2 * psi * bad / (b + (b * b - 4 * (psi - 1) * psi * bad).squareRoot())
        }
        // Simpson.
        let inner = (1..<parts).reduce(0) { $0 + ($1.isMultiple(of: 2) ? 2 : 4) * mean($1) }
        return (mean(0) + inner + mean(parts)) * end / Double(parts) / 3
    }

    // MARK: Crossing

    /// Moments at which the probability is told.
    package static let steps = 40

    /// P(E has reached e^`logThreshold`) after 1/40, 2/40 … of `units` units of the canary.
    package func crossing(logThreshold: Double, units: Double) -> [Double] {
        guard units > 0, let leading = self.leading(logThreshold) else { return Array(repeating: 0, count: Self.steps) }
        let variance = badShare * (1 - badShare) + leading.stableVariance / (leading.perBad * leading.perBad)
        // A scaled Poisson variable has this variance for each of its mean.
        let scale = variance / badShare
        let events = badShare * units / scale
        return events > 80
            ? brownianCrossing(leading, logThreshold: logThreshold, units: units)
            : latticeCrossing(logThreshold: logThreshold, units: units, scale: scale, isRising: leading.perBad > 0)
    }

    private func growth(_ bet: Bet) -> Double { bet.perUnit + badShare * bet.perBad }

    /// The bet that gets there first on average; nil when none ever does.
    private func leading(_ logThreshold: Double) -> Bet? {
        let growing = bets.filter { growth($0) > 0 && $0.perBad != 0 }
        return growing.min { (logThreshold - $0.logWeight) / growth($0) < (logThreshold - $1.logWeight) / growth($1) }
            ?? bets.max { growth($0) < growth($1) }
    }

    private func logE(units: Double, bad: Double) -> Double {
        LogDomain.sum(bets.map { $0.logWeight + units * $0.perUnit + bad * $0.perBad })
    }

    /// The reflection principle for the leading bet, helped by the others as much as they do where it crosses on average.
    private func brownianCrossing(_ bet: Bet, logThreshold: Double, units: Double) -> [Double] {
        let drift = growth(bet)
        let spread = badShare * (1 - badShare) * bet.perBad * bet.perBad + bet.stableVariance
        var barrier = logThreshold - bet.logWeight
        if drift > 0 {
            let there = barrier / drift
            let help = logE(units: there, bad: badShare * there) - bet.logWeight - there * drift
            barrier = max(0.1, barrier - max(0, help))
        }
        return (1...Self.steps).map { step in
            let time = units * Double(step) / Double(Self.steps)
            let deviation = (spread * time).squareRoot()
            let direct = NormalDistribution.upperTail((barrier - drift * time) / deviation)
            let tail = NormalDistribution.upperTail((barrier + drift * time) / deviation)
            let reflected = tail > 0 ? Double.exp(2 * drift * barrier / spread + .log(tail)) : 0
            return min(1, direct + reflected)
        }
    }

    /// Follows the number of bad units from step to step; what has crossed is taken out.
    private func latticeCrossing(logThreshold: Double, units: Double, scale: Double, isRising: Bool) -> [Double] {
        let perStep = units / Double(Self.steps)
        let jumps = Self.poisson(mean: badShare * perStep / scale)
        let size = Int(2.5 * badShare * units / scale) + 40
        var (alive, crossed) = ([Double](repeating: 0, count: size), 0.0)
        alive[0] = 1
        return (1...Self.steps).map { step in
            var next = [Double](repeating: 0, count: size)
            for (place, mass) in alive.enumerated() where mass > 1e-12 {
                for (jump, probability) in jumps.enumerated() {
                    next[min(size - 1, place + jump)] += mass * probability
                }
            }
            let time = perStep * Double(step)
            let isAcross = { (place: Int) in logE(units: time, bad: Double(place) * scale) >= logThreshold }
            let order = isRising ? Array(next.indices.reversed()) : Array(next.indices)
            for place in order where next[place] > 0 {
                guard isAcross(place) else { break }
                crossed += next[place]
                next[place] = 0
            }
            alive = next
            return min(1, crossed)
        }
    }

    private static func poisson(mean: Double) -> [Double] {
        var masses = [Double.exp(-mean)]
        while masses.count < 200 {
            let next = masses[masses.count - 1] * mean / Double(masses.count)
            if Double(masses.count) > mean, next < 1e-9 { break }
            masses.append(next)
        }
        return masses
    }
}

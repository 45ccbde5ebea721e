import Statistics

/// The Mantel–Haenszel risk difference: each stratum weighs n1·n0/(n1+n0), so strata of different shares don't mix.
struct RiskDifference: Equatable, Sendable {
    private var weighted = 0.0
    private var weight = 0.0
    private var variance = 0.0

    mutating func fold(_ stratum: Stratum) {
        guard stratum.n1 > 0, stratum.n0 > 0 else { return }
        let (canary, stable) = (Double(stratum.n1), Double(stratum.n0))
        let total = canary + stable
        let weight = canary * stable / total
        self.weighted += (Double(stratum.x1) * stable - Double(stratum.x0) * canary) / total
        self.weight += weight
        self.variance += weight * weight * (Self.variance(stratum.x1, canary) + Self.variance(stratum.x0, stable))
    }

    /// Of a share, with half a unit on both sides so that it is never taken for certain.
    private static func variance(_ bad: Int64, _ units: Double) -> Double {
        let share = (Double(bad) + 0.5) / (units + 1)
        return share * (1 - share) / units
    }

    /// With a 95 % interval; nil before a stratum with both cohorts.
    var estimate: Difference? {
        guard self.weight > 0 else { return nil }
        let (value, half) = (self.weighted / self.weight, 1.96 * self.variance.squareRoot() / self.weight)
        return Difference(value: value, lower: value - half, upper: value + half)
    }
}

/// The risk difference over the newest strata.
struct RecentRiskDifference: Equatable, Sendable {
    private var newest = NewestStrata<Stratum>()

    mutating func fold(_ stratum: Stratum) { self.newest.append(stratum) }

    var estimate: Difference? {
        var difference = RiskDifference()
        for stratum in self.newest.elements { difference.fold(stratum) }
        return difference.estimate
    }
}

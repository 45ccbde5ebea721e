import Statistics

/// Bad units among units, minute by minute, as sums: what a normal level is read from.
struct ShareHistory: Hashable, Sendable, Codable {
    private(set) var bad: Int64 = 0
    private(set) var units: Int64 = 0
    /// Minutes with units.
    private(set) var minutes = 0
    /// Σ bad²/units over minutes.
    private var squares = 0.0

    /// How sure the level is known: P(the true one lies beyond) on either side, under the overdispersion measured.
    private static let levelAlpha = 0.001

    mutating func add(_ count: ShareCount) {
        guard count.units > 0 else { return }
        self.bad += count.bad
        self.units += count.units
        self.minutes += 1
        self.squares += Double(count.bad) * Double(count.bad) / Double(count.units)
    }

    mutating func merge(_ other: ShareHistory) {
        self.bad += other.bad
        self.units += other.units
        self.minutes += other.minutes
        self.squares += other.squares
    }

    /// In 0…1; nil without units.
    var share: Double? { self.units > 0 ? Double(self.bad) / Double(self.units) : nil }

    /// How much more the share varies from minute to minute than independent units would make it, at least 1: bursts, clusters, and a
    /// world that changes.
    var dispersion: Double {
        guard let share, share > 0, share < 1, self.minutes > 1 else { return 1 }
        let excess = self.squares - Double(self.bad) * share
        return max(1, excess / (share * (1 - share)) / Double(self.minutes - 1))
    }

    /// What of evidence is believed, in (0, 1].
    var temperingFactor: Double { 1 / self.dispersion }

    /// The edges of "as before": the level, as far as it may lie from what was seen, and `tolerance` as odds ratio beyond it.
    ///
    /// - Parameter least: A change of the share that is always as before.
    func nullShares(tolerance: Double, least: Double) -> ClosedRange<Double>? {
        guard let share else { return nil }
        // As many independent units as say the same.
        let trials = max(1, Int64(Double(self.units) / self.dispersion))
        let successes = min(trials, Int64((share * Double(trials)).rounded()))
        guard let level = wilsonInterval(successes: successes, trials: trials, alpha: Self.levelAlpha) else {
            return nil
        }
        let upper = Self.multiplied(level.upper, by: tolerance)
        let lower = Self.multiplied(level.lower, by: 1 / tolerance)
        return max(0, min(lower, share - least))...min(1, max(upper, share + least))
    }

    private static func multiplied(_ share: Double, by ratio: Double) -> Double {
        share * ratio / (1 - share + share * ratio)
    }
}

/// Bad units among units of one minute, or of some.
struct ShareCount: Hashable, Sendable, Codable {
    var bad: Int64 = 0
    var units: Int64 = 0

    /// The good ones in the place of the bad.
    var inverted: ShareCount { ShareCount(bad: self.units - self.bad, units: self.units) }
    /// In 0…1; nil without units.
    var share: Double? { self.units > 0 ? Double(self.bad) / Double(self.units) : nil }

    static func + (a: Self, b: Self) -> Self { ShareCount(bad: a.bad + b.bad, units: a.units + b.units) }
}

import Statistics

/// Since when the canary has been worse than stable, and whether it still is.
struct Onset: Hashable, Sendable {
    let since: Timestamp?
    let course: Cause.Course
    /// ln of the likelihood ratio of the odds ratio that fits best, over the whole and over its best stretch.
    let strength: Double

    /// What the newest of intervals are, for "still".
    private static let newest = 6
    private static let oddsRatios: [Double] = [1.2, 1.5, 2, 3, 5, 10]

    /// - Parameter strata: One an interval, ascending in time.
    init?(_ strata: [(at: Timestamp, pair: Stratum)]) {
        let told = strata.filter { !$0.pair.isUninformative }
        guard !told.isEmpty else { return nil }
        let sums = Self.oddsRatios.map { ratio in
            Self.best(told.map { $0.pair.logEvidence(for: ratio) })
        }
        guard let ratio = sums.indices.max(by: { sums[$0].sum < sums[$1].sum }) else { return nil }
        self.strength = max(0, sums[ratio].sum)
        guard sums[ratio].sum > 0 else {
            (self.since, self.course) = (nil, .unclear)
            return
        }
        self.since = told[sums[ratio].start].at
        let late = strata.filter { $0.pair.n1 > 0 && $0.pair.n0 > 0 }.suffix(Self.newest)
        let lateEvidence = late.reduce(0) { $0 + $1.pair.logEvidence(for: Self.oddsRatios[ratio]) }
        let lateUnits = late.reduce(0) { $0 + $1.pair.n1 }
        let isOver = sums[ratio].end < told.count - 1 || late.allSatisfy { $0.pair.x1 == 0 }
        if lateEvidence > 0.5 {
            self.course = .persists
        } else if isOver, lateUnits > 0, lateEvidence < -0.5 || late.allSatisfy({ $0.pair.x1 == 0 }) {
            self.course = .blip
        } else {
            self.course = .unclear
        }
    }

    /// The stretch with the largest sum: Page's CUSUM where it is largest, and where it last was 0 before.
    private static func best(_ evidence: [Double]) -> (sum: Double, start: Int, end: Int) {
        var best = (sum: 0.0, start: 0, end: 0)
        var (sum, start) = (0.0, 0)
        for (index, value) in evidence.enumerated() {
            if sum <= 0 { (sum, start) = (0, index) }
            sum += value
            if sum > best.sum { best = (sum, start, index) }
        }
        return best
    }
}

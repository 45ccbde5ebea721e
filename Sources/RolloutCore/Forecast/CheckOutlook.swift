import Statistics

/// The numbers of a check from which its forecast is made.
struct CheckOutlook {
    let timeline: PlanTimeline
    /// Units that the check is about for each request: 1, or labelled rows a request.
    let unitsPerRequest: Double
    /// ln of what E must reach to fail, and to prove.
    let harmThreshold: Double
    let proofThreshold: Double
    /// Share of the bets on harm that start with the first interval.
    let startShare: Double

    private var stablePerCanary: Double { self.timeline.stablePerCanary }
    private var units: Double {
        self.timeline.canaryRequests(until: self.timeline.deadlineSeconds) * self.unitsPerRequest
    }

    // MARK: Harm

    /// P(found) along the time until the deadline, when the canary's share of bad units is this and stable's that.
    ///
    /// - Parameter logPenalty: ln of how many processes share the check's E.
    func harmCurve(canary: Double, stable: Double, grid: OddsRatioGrid, logPenalty: Double = 0) -> [Double] {
        EvidenceOutlook(
            grid: grid,
            canaryShare: canary,
            stableShare: stable,
            stablePerCanary: self.stablePerCanary,
            startShare: self.startShare
        ).crossing(logThreshold: self.harmThreshold + logPenalty, units: self.units)
    }

    func forecast(_ words: String, from: Double, to: Double, _ curve: [Double]) -> HarmForecast {
        HarmForecast(
            harm: words,
            from: from,
            to: to,
            probability: curve.last ?? 0,
            medianSeconds: Self.median(curve).flatMap {
                self.timeline.seconds(untilCanaryRequests: $0 * self.units / self.unitsPerRequest)
            }
        )
    }

    /// The least value in `range` whose curve ends at 80 % or more; nil when the largest doesn't.
    static func smallest(in range: ClosedRange<Double>, curve: (Double) -> [Double]) -> (
        value: Double, curve: [Double]
    )? {
        let wanted = 0.8
        var (low, high) = (range.lowerBound, range.upperBound)
        var found = curve(high)
        guard found.last ?? 0 >= wanted else { return nil }
        for _ in 0..<12 {
            let middle = (low * high).squareRoot()
            let next = curve(middle)
            if next.last ?? 0 >= wanted { (high, found) = (middle, next) } else { low = middle }
        }
        return (high, found)
    }

    /// Where a curve reaches one half, as a share of its length.
    private static func median(_ curve: [Double]) -> Double? {
        guard let index = curve.firstIndex(where: { $0 >= 0.5 }) else { return nil }
        let before = index > 0 ? curve[index - 1] : 0
        let part = curve[index] > before ? (0.5 - before) / (curve[index] - before) : 1
        return (Double(index) + part) / Double(curve.count)
    }

    // MARK: Proof

    /// P(proven) along the last step until the deadline, for these shares of bad units; with the seconds until one half.
    func proof(canary: Double, stable: Double, grid: OddsRatioGrid, ceiling: Double?) -> (
        probability: Double, seconds: Double?
    ) {
        guard let last = self.timeline.last else { return (0, nil) }
        let seconds = max(0, self.timeline.deadlineSeconds - last.start)
        let units = seconds * self.timeline.requestsPerSecond * last.share * self.unitsPerRequest
        guard units > 0 else { return (0, nil) }
        let curve = EvidenceOutlook(
            proof: grid,
            ceiling: ceiling,
            canaryShare: canary,
            stableShare: stable,
            stablePerCanary: self.timeline.hasBaseline ? 1 : (1 - last.share) / last.share
        ).crossing(logThreshold: self.proofThreshold, units: units)
        return (curve.last ?? 0, Self.median(curve).map { $0 * seconds })
    }
}

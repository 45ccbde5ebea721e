import Statistics

/// How far a signal has moved from its reference: sizes of an effect, and how likely chance alone makes them.
///
/// What is undefined, such as any distance of no rows, is nil: never 0.
package struct DriftDistances: Hashable, Sendable, Codable {
    /// Population stability index, its expectation without drift, what exceeds it, and the probability of as much without drift.
    package var stabilityIndex: Double?
    package var stabilityIndexExpected: Double?
    package var stabilityIndexAdjusted: Double?
    package var stabilityIndexPValue: Double?
    /// Square root of the Jensen–Shannon divergence to base 2, 0…1.
    package var jensenShannon: Double?
    /// 0…1.
    package var hellinger: Double?
    /// Largest difference between the shares of a bucket, 0…1.
    package var largestDifference: Double?
    /// Largest difference between the distribution functions at the edges of buckets, 0…1, of numbers; and its p, on the safe side.
    package var kolmogorovSmirnov: Double?
    package var kolmogorovSmirnovPValue: Double?
    /// The largest difference (of distribution functions; of shares where values are words) less 1.8·√((n+m)/(nm)), at least 0.
    package var robustDifference: Double?
    /// Wasserstein distance of numbers in the reference's standard deviations.
    package var movement: Double?
    package var chiSquare: Double?
    package var chiSquareDegreesOfFreedom: Int?
    package var chiSquarePValue: Double?
    /// Share of rows without a usable value, less the reference's; −1…1.
    package var missingShareDifference: Double?
    /// Of the two shares being one, 0…1.
    package var missingSharePValue: Double?

    package init() {}

    /// The smallest of the tests' p, times their number (Bonferroni); nil when none could be made.
    package var pValue: Double? {
        let tests = [self.kolmogorovSmirnovPValue, self.chiSquarePValue, self.missingSharePValue].compactMap { $0 }
        return tests.min().map { min(1, $0 * Double(tests.count)) }
    }
}

extension DriftDistances {
    /// - Parameter movement: In the reference's standard deviations.
    init(_ reference: BucketedSignal, _ current: BucketedSignal, in buckets: SignalBuckets, movement: Double?) {
        self.init()
        self.compareMissing(reference, current)
        // Words may be missing as they may be any other word; of numbers a missing one has no place among the others.
        let (ours, theirs): ([Int64], [Int64])
        switch buckets {
        case .words:
            ours = current.counts + [current.missing]
            theirs = reference.counts + [reference.missing]
        case .cuts: (ours, theirs) = (current.counts, reference.counts)
        }
        guard current.present > 0, reference.present > 0 else { return }
        let occupied = ours.indices.filter { ours[$0] > 0 || theirs[$0] > 0 }
        let (now, then) = (occupied.map { ours[$0] }, occupied.map { theirs[$0] })
        self.compareShares(now, then)
        let sampling = 1 / Double(now.reduce(0, +)) + 1 / Double(then.reduce(0, +))
        switch buckets {
        case .words: self.robustDifference = self.largestDifference.map { Self.robust($0, sampling) }
        case .cuts:
            self.movement = movement
            if let test = KolmogorovSmirnov(firstBuckets: then, secondBuckets: now) {
                self.kolmogorovSmirnov = test.statistic
                self.kolmogorovSmirnovPValue = test.limitPValue
                self.robustDifference = Self.robust(test.statistic, sampling)
            }
        }
        self.compareCounts(now, then, isOrdered: buckets.isOrdered)
    }

    /// SageMaker's and Deequ's "robust" comparison: what chance alone may make is taken off.
    private static func robust(_ difference: Double, _ sampling: Double) -> Double {
        max(0, difference - 1.8 * sampling.squareRoot())
    }

    private mutating func compareMissing(_ reference: BucketedSignal, _ current: BucketedSignal) {
        guard let now = current.missingShare, let then = reference.missingShare else { return }
        self.missingShareDifference = now - then
        self.missingSharePValue = twoProportionPValue(
            x1: current.missing + current.mistyped,
            n1: current.rows,
            x2: reference.missing + reference.mistyped,
            n2: reference.rows
        )
    }

    private mutating func compareShares(_ now: [Int64], _ then: [Int64]) {
        if let stability = PopulationStability(reference: then, current: now) {
            self.stabilityIndex = stability.index
            self.stabilityIndexExpected = stability.expectationWithoutDrift
            self.stabilityIndexAdjusted = stability.adjusted
            self.stabilityIndexPValue = stability.pValue
        }
        self.jensenShannon = DistributionDistance.jensenShannon(now, then)
        self.hellinger = DistributionDistance.hellinger(now, then)
        self.largestDifference = DistributionDistance.lInfinity(now, then)
    }

    /// The χ² test reads its distribution from large counts: buckets where fewer than five rows are expected are put together.
    private mutating func compareCounts(_ now: [Int64], _ then: [Int64], isOrdered: Bool) {
        let (n, m) = (Double(now.reduce(0, +)), Double(then.reduce(0, +)))
        let least = 5 * (n + m) / min(n, m)
        let order = isOrdered ? Array(now.indices) : now.indices.sorted { now[$0] + then[$0] > now[$1] + then[$1] }
        var (pooledNow, pooledThen): ([Int64], [Int64]) = ([], [])
        var open = false
        for index in order {
            if open {
                pooledNow[pooledNow.count - 1] += now[index]
                pooledThen[pooledThen.count - 1] += then[index]
            } else {
                pooledNow.append(now[index])
                pooledThen.append(then[index])
            }
            open = Double(pooledNow[pooledNow.count - 1] + pooledThen[pooledThen.count - 1]) < least
        }
        if open, pooledNow.count > 1 {
            let (lastNow, lastThen) = (pooledNow.removeLast(), pooledThen.removeLast())
            pooledNow[pooledNow.count - 1] += lastNow
            pooledThen[pooledThen.count - 1] += lastThen
        }
        guard let table = ContingencyTable(pooledNow, pooledThen) else { return }
        self.chiSquare = table.statistic
        self.chiSquareDegreesOfFreedom = table.degreesOfFreedom
        self.chiSquarePValue = table.pValue
    }
}

extension SignalBuckets {
    fileprivate var isOrdered: Bool {
        switch self {
        case .words: false
        case .cuts: true
        }
    }
}

import Statistics

/// How far two distributions are apart: sizes of an effect, formed within strata, so that a changing weight mixes nothing.
struct DistributionEffect: Sendable {
    private let questions: DistributionQuestions
    /// Shares of the buckets, weighted n1·n0/(n1+n0) a stratum.
    private var canary: [Double]
    private var stable: [Double]
    private var weight = 0.0
    /// Σ weight²(1/n1 + 1/n0): what chance alone adds to squared distances.
    private var sampling = 0.0
    /// Canary less stable in fine buckets, for numbers.
    private var fine = SignedMasses()
    private(set) var canaryRows: Int64 = 0
    private(set) var stableRows: Int64 = 0
    private var canaryMoments = Moments()
    private var stableMoments = Moments()

    init(_ questions: DistributionQuestions) {
        self.questions = questions
        self.canary = Array(repeating: 0, count: questions.bucketCount)
        self.stable = self.canary
    }

    mutating func fold(
        counts: (canary: [Int64], stable: [Int64]),
        values: (canary: SignalValues, stable: SignalValues)
    ) {
        let (n1, n0) = (counts.canary.reduce(0, +), counts.stable.reduce(0, +))
        self.canaryRows += n1
        self.stableRows += n0
        guard n1 > 0, n0 > 0 else { return }
        let (units1, units0) = (Double(n1), Double(n0))
        let weight = units1 * units0 / (units1 + units0)
        self.weight += weight
        self.sampling += weight * weight * (1 / units1 + 1 / units0)
        for bucket in self.canary.indices {
            self.canary[bucket] += weight * Double(counts.canary[bucket]) / units1
            self.stable[bucket] += weight * Double(counts.stable[bucket]) / units0
        }
        if case (.numbers(let ours), .numbers(let theirs)) = (values.canary, values.stable) {
            self.fine.add(ours.counts, times: weight / units1)
            self.fine.add(theirs.counts, times: -weight / units0)
            self.canaryMoments.merge(ours.moments)
            self.stableMoments.merge(theirs.moments)
        }
    }

    /// L∞ of classes, and the class that moved most.
    var classDifference: (value: Double, word: String)? {
        guard case .classes(let classes) = self.questions, self.weight > 0 else { return nil }
        let differences = zip(self.canary, self.stable).map { abs($0 - $1) / self.weight }
        guard let largest = differences.max(), let index = differences.firstIndex(of: largest) else { return nil }
        return (largest, index < classes.count ? classes[index] : "any other")
    }

    /// Jensen–Shannon distance of classes, base 2.
    var classDistance: Double? {
        guard case .classes = self.questions, self.weight > 0 else { return nil }
        return DistributionDistance.jensenShannon(
            self.rows(self.canary, of: self.canaryRows),
            self.rows(self.stable, of: self.stableRows)
        )
    }

    /// Population stability index of numbers less its expectation without drift.
    var stabilityIndex: Double? {
        guard case .cuts = self.questions, self.weight > 0 else { return nil }
        let shares = PopulationStability(
            reference: self.rows(self.stable, of: self.stableRows),
            current: self.rows(self.canary, of: self.canaryRows)
        )
        let expected = Double(self.canary.count - 1) * self.sampling / (self.weight * self.weight)
        return shares.map { max(0, $0.index - expected) }
    }

    /// Wasserstein distance of numbers in stable's standard deviations; nil when stable is constant.
    var movement: Double? {
        guard case .cuts(_, let grid) = self.questions, self.weight > 0 else { return nil }
        guard let variance = self.stableMoments.populationVariance, variance > 0 else { return nil }
        let movement = self.fine.transport(on: grid) / self.weight / variance.squareRoot()
        return movement.isFinite ? movement : nil
    }

    var means: (canary: Double, stable: Double)? {
        guard self.canaryMoments.count > 0, self.stableMoments.count > 0 else { return nil }
        return (self.canaryMoments.mean, self.stableMoments.mean)
    }

    /// Shares as the whole rows that they stand for.
    private func rows(_ masses: [Double], of total: Int64) -> [Int64] {
        masses.map { Int64(($0 / self.weight * Double(total)).rounded()) }
    }
}

/// Masses of either sign in numbered buckets.
struct SignedMasses: Sendable {
    /// Ascending, each once.
    private var buckets: [Int32] = []
    private var masses: [Double] = []

    mutating func add(_ counts: SparseCounts, times factor: Double) {
        var merged = SignedMasses()
        merged.buckets.reserveCapacity(self.buckets.count + counts.buckets.count)
        merged.masses.reserveCapacity(self.buckets.count + counts.buckets.count)
        var (i, j) = (0, 0)
        while i < self.buckets.count || j < counts.buckets.count {
            let ours = i < self.buckets.count ? self.buckets[i] : Int32.max
            let theirs = j < counts.buckets.count ? counts.buckets[j] : Int32.max
            var mass = 0.0
            if ours <= theirs {
                mass += self.masses[i]
                i += 1
            }
            if theirs <= ours {
                mass += factor * Double(counts.counts[j])
                j += 1
            }
            merged.buckets.append(min(ours, theirs))
            merged.masses.append(mass)
        }
        self = merged
    }

    /// ∫|F − G| when each mass lies in the middle of its bucket.
    func transport(on grid: ValueGrid) -> Double {
        var (sum, moved) = (0.0, 0.0)
        for index in self.buckets.indices.dropLast() {
            moved += self.masses[index]
            let width =
                grid.representative(of: self.buckets[index + 1]) - grid.representative(of: self.buckets[index])
            sum += abs(moved) * width
        }
        return sum
    }
}

import Statistics

/// One signal of a drift report: both distributions, how far they are apart, and what follows.
package struct SignalDrift: Hashable, Sendable, Codable {
    package let name: SignalName
    package let role: SignalRole
    package internal(set) var verdict: DriftVerdict
    /// Why, in few words each; empty when stable.
    package internal(set) var reasons: [String]
    /// Rows with a value, on either side.
    package let referenceRows: Int64
    package let currentRows: Int64
    package let distances: DriftDistances
    /// Words that the reference doesn't have, most frequent first; at most 20.
    package let newWords: [String]
    /// Both distributions, for eyes.
    package let histogram: [DriftBucket]

    /// The bucket whose share changed most; of two alike the one that grew.
    package var mostMoved: DriftBucket? {
        self.histogram.max { a, b in
            let (first, second) = (a.currentShare - a.referenceShare, b.currentShare - b.referenceShare)
            // Rounding must not decide between a share that grew and the one it grew by.
            return abs(abs(first) - abs(second)) < 1e-9 ? first < second : abs(first) < abs(second)
        }
    }
}

/// One bucket of both distributions.
package struct DriftBucket: Hashable, Sendable, Codable {
    /// The word; nil for numbers.
    package let word: String?
    /// Numbers from here …
    package let lower: Double?
    /// … to below here; nil at the ends.
    package let upper: Double?
    /// Of the reference's values, 0…1.
    package let referenceShare: Double
    /// Of the current values, 0…1.
    package let currentShare: Double
}

extension SignalDrift {
    /// - Parameter edges: Of the reference's histogram, when no more is known of it.
    init(_ name: SignalName, reference: SignalTally, current: SignalTally, edges: [Double]? = nil) {
        let buckets = Self.buckets(reference.values, edges)
        guard let buckets else {
            self.init(name, reference, nil, current: nil, newWords: [], movement: nil)
            return
        }
        self.init(
            name,
            reference,
            buckets,
            current: BucketedSignal(current, in: buckets),
            newWords: Self.newWords(reference.values, current.values),
            movement: edges == nil
                ? Self.movement(reference.values, current.values)
                : Self.movement(reference, BucketedSignal(current, in: buckets), in: buckets)
        )
    }

    static func buckets(_ reference: SignalValues, _ edges: [Double]?) -> SignalBuckets? {
        if let edges, case .numbers(let numbers) = reference, numbers.counts.total > 0 {
            return SignalBuckets(edges: edges, grid: numbers.grid)
        }
        return SignalBuckets(reference: reference)
    }

    private init(
        _ name: SignalName,
        _ reference: SignalTally,
        _ buckets: SignalBuckets?,
        current: BucketedSignal?,
        newWords: [String],
        movement: Double?
    ) {
        let then = buckets.map { BucketedSignal(reference, in: $0) }
        self.init(
            name: name,
            role: reference.role,
            verdict: .tooFew,
            reasons: [],
            referenceRows: then?.present ?? 0,
            currentRows: current?.present ?? 0,
            distances: buckets.flatMap { buckets in
                then.flatMap { then in
                    current.map { DriftDistances(then, $0, in: buckets, movement: movement) }
                }
            } ?? DriftDistances(),
            newWords: newWords,
            histogram: buckets.map { Self.histogram($0, then?.counts ?? [], current?.counts ?? []) } ?? []
        )
    }

    /// From buckets alone, as a watch keeps them.
    init(
        _ name: SignalName,
        role: SignalRole,
        reference: BucketedSignal,
        current: BucketedSignal,
        in buckets: SignalBuckets
    ) {
        self.init(
            name: name,
            role: role,
            verdict: .tooFew,
            reasons: [],
            referenceRows: reference.present,
            currentRows: current.present,
            distances: DriftDistances(reference, current, in: buckets, movement: nil),
            newWords: [],
            histogram: Self.histogram(buckets, reference.counts, current.counts)
        )
    }

    private static func histogram(_ buckets: SignalBuckets, _ then: [Int64], _ now: [Int64]) -> [DriftBucket] {
        let (n, m) = (Double(max(1, now.reduce(0, +))), Double(max(1, then.reduce(0, +))))
        return zip(then, now).enumerated().compactMap { index, counts in
            guard counts.0 > 0 || counts.1 > 0 else { return nil }
            return DriftBucket(
                word: buckets.word(of: index),
                lower: index > 0 ? buckets.upperBound(of: index - 1) : nil,
                upper: buckets.upperBound(of: index),
                referenceShare: Double(counts.0) / m,
                currentShare: Double(counts.1) / n
            )
        }
    }

    private static func newWords(_ reference: SignalValues, _ current: SignalValues) -> [String] {
        guard case .classes(let then) = reference, case .classes(let now) = current, then.other == 0 else { return [] }
        let unseen = now.counts.filter { then.counts[$0.key] == nil }
        return unseen.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(20).map(\.key)
    }

    /// ∫|F − G| over the middles of the grid's buckets, in the reference's standard deviations.
    private static func movement(_ reference: SignalValues, _ current: SignalValues) -> Double? {
        guard case .numbers(let then) = reference, case .numbers(let now) = current,
            let variance = then.moments.populationVariance, variance > 0
        else { return nil }
        var masses: [Double: (then: Int64, now: Int64)] = [:]
        for (bucket, count) in zip(then.counts.buckets, then.counts.counts) {
            masses[then.grid.representative(of: bucket), default: (0, 0)].then += count
        }
        for (bucket, count) in zip(now.counts.buckets, now.counts.counts) {
            masses[now.grid.representative(of: bucket), default: (0, 0)].now += count
        }
        let places = masses.sorted { $0.key < $1.key }
        let distance = DistributionDistance.wasserstein(
            places.map(\.value.then),
            places.map(\.value.now),
            positions: places.map(\.key)
        )
        return distance.map { $0 / variance.squareRoot() }
    }

    /// From the distribution functions at the edges only, straight between them: of a reference that is known no finer.
    private static func movement(_ reference: SignalTally, _ now: BucketedSignal, in buckets: SignalBuckets) -> Double?
    {
        guard case .numbers(let numbers) = reference.values, now.present > 0,
            let variance = numbers.moments.populationVariance, variance > 0
        else { return nil }
        let then = BucketedSignal(reference, in: buckets)
        guard then.present > 0 else { return nil }
        var (below, belowThen): (Int64, Int64) = (0, 0)
        var last: (edge: Double, difference: Double)?
        var distance = 0.0
        for index in now.counts.indices.dropLast() {
            below += now.counts[index]
            belowThen += then.counts[index]
            guard let edge = buckets.upperBound(of: index) else { continue }
            let difference = abs(Double(below) / Double(now.present) - Double(belowThen) / Double(then.present))
            if let last { distance += (difference + last.difference) / 2 * (edge - last.edge) }
            last = (edge, difference)
        }
        return distance / variance.squareRoot()
    }
}

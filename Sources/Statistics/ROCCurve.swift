/// How well a score ranks positives above negatives, from counts of both in ascending score order.
///
/// Areas of intervals or gateways cannot be averaged; their counts can be added. With one class only every answer
/// is `nil`, not 0.5.
package struct ROCCurve: Sendable, Hashable {
    /// Positives in each bin.
    package private(set) var positives: [Int64]
    /// Negatives in each bin.
    package private(set) var negatives: [Int64]

    /// Counts of the same bins, ascending in score.
    package init(positives: [Int64], negatives: [Int64]) {
        precondition(positives.count == negatives.count, "positives and negatives are counted in the same bins")
        self.positives = positives
        self.negatives = negatives
    }

    /// The exact curve, with a bin for each distinct score; `nil` when a score is not a number.
    package init?(truth: [Bool], scores: [Double]) {
        precondition(truth.count == scores.count, "each row has a truth and a score")
        let rows = zip(truth, scores)
        let pooled = PooledCounts(rows.filter(\.0).map(\.1), rows.filter { !$0.0 }.map(\.1))
        guard let pooled else { return nil }
        self.init(positives: pooled.first, negatives: pooled.second)
    }

    /// Scores in 0...1 counted in `bins` bins of equal width; scores outside are in the first and the last bin.
    /// `nil` when a score is not a number.
    package init?(truth: [Bool], scores: [Double], bins: Int) {
        precondition(truth.count == scores.count, "each row has a truth and a score")
        precondition(bins > 0, "a histogram has one bin at least")
        self.init(positives: Array(repeating: 0, count: bins), negatives: Array(repeating: 0, count: bins))
        for (truth, score) in zip(truth, scores) {
            guard !score.isNaN else { return nil }
            let bin = UnitBins.index(of: score, bins: bins)
            if truth { positives[bin] += 1 } else { negatives[bin] += 1 }
        }
    }

    package mutating func merge(_ other: ROCCurve) {
        precondition(positives.count == other.positives.count, "curves of different bins cannot be added")
        for bin in positives.indices {
            positives[bin] += other.positives[bin]
            negatives[bin] += other.negatives[bin]
        }
    }

    /// Positives and negatives together.
    package var rows: Int64 { (positives + negatives).reduce(0, +) }

    /// The area under the curve, ties counting one half, with the bracket that holds the area of the scores
    /// themselves.
    package var area: Estimate? {
        let totals = (positives.reduce(0, +), negatives.reduce(0, +))
        let pairs = Double(totals.0) * Double(totals.1)
        guard pairs > 0 else { return nil }
        var (below, sum, tied) = (0.0, 0.0, 0.0)
        for (p, n) in zip(positives, negatives) {
            sum += Double(p) * (below + Double(n) / 2)
            tied += Double(p) * Double(n)
            below += Double(n)
        }
        let half = tied / 2 / pairs
        let area = sum / pairs
        return Estimate(value: area, interval: Interval(lower: area - half, upper: area + half))
    }

    /// 2·area − 1.
    package var gini: Double? { area.map { 2 * $0.value - 1 } }

    /// The sampling variance of the area: E. DeLong, D. DeLong and D. Clarke-Pearson 1988, a bin being a tie.
    /// `nil` with fewer than two positives or negatives.
    package var areaVariance: Double? {
        let (p, n) = (positives.reduce(0, +), negatives.reduce(0, +))
        guard p > 1, n > 1 else { return nil }
        var (belowN, belowP) = (0.0, 0.0)
        var (v10, v01) = ([Double](), [Double]())
        for (binP, binN) in zip(positives, negatives) {
            v10.append((belowN + Double(binN) / 2) / Double(n))
            v01.append(1 - (belowP + Double(binP) / 2) / Double(p))
            belowN += Double(binN)
            belowP += Double(binP)
        }
        return Self.variance(v10, counts: positives) / Double(p) + Self.variance(v01, counts: negatives) / Double(n)
    }

    /// Σ(Rₙ − Rₙ₋₁)Pₙ from the highest score down; `nil` without positives.
    package var averagePrecision: Double? {
        let total = positives.reduce(0, +)
        guard total > 0 else { return nil }
        var (hits, rows): (Int64, Int64) = (0, 0)
        return zip(positives, negatives).reversed().reduce(0) { sum, bin in
            guard bin.0 + bin.1 > 0 else { return sum }
            hits += bin.0
            rows += bin.0 + bin.1
            return sum + Double(bin.0) / Double(total) * Double(hits) / Double(rows)
        }
    }

    /// The standard error of an area of which only the class sizes are known: J. Hanley and B. McNeil 1982.
    /// `nil` without positives or negatives.
    package static func standardError(area: Double, positives: Int64, negatives: Int64) -> Double? {
        guard positives > 0, negatives > 0 else { return nil }
        let (p, n) = (Double(positives), Double(negatives))
        let square = area * area
        let twoPositives = (p - 1) * (area / (2 - area) - square)
        let twoNegatives = (n - 1) * (2 * square / (1 + area) - square)
        return ((area * (1 - area) + twoPositives + twoNegatives) / (p * n)).squareRoot()
    }

    /// The sample variance of values that occur `counts` times.
    private static func variance(_ values: [Double], counts: [Int64]) -> Double {
        let moments = zip(values, counts).reduce(into: Moments()) { moments, value in
            moments.merge(Moments(count: value.1, mean: value.0, squaredDeviations: 0))
        }
        return moments.sampleVariance ?? 0
    }
}

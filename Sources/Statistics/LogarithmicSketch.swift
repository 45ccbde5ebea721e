import RealModule

/// Quantiles of any finite values within a share of the value, from counts that merge by addition (DDSketch).
///
/// C. Masson, J. Rim and H. Lee 2019. ``LatencyHistogram`` is the same with fixed buckets; this one takes any accuracy,
/// negative values and zero, and grows with the range of the values.
package struct LogarithmicSketch: Sendable, Hashable {
    private let buckets: LogarithmicBuckets
    /// Counts by the bucket of |v|.
    private var negative: [Int: Int64] = [:]
    private var positive: [Int: Int64] = [:]
    private var zeros: Int64 = 0
    package private(set) var count: Int64 = 0

    /// - Precondition: `relativeAccuracy` lies in (0, 1).
    package init(relativeAccuracy: Double) {
        precondition(relativeAccuracy > 0 && relativeAccuracy < 1, "a relative accuracy lies in (0, 1)")
        buckets = LogarithmicBuckets(relativeAccuracy: relativeAccuracy)
    }

    /// What is infinite or not a number has no bucket and is left out.
    package mutating func add(_ value: Double) {
        guard value.isFinite else { return }
        let smallest = Double.leastNormalMagnitude * buckets.gamma
        if value > smallest {
            positive[buckets.index(of: value), default: 0] += 1
        } else if value < -smallest {
            negative[buckets.index(of: -value), default: 0] += 1
        } else {
            zeros += 1
        }
        count += 1
    }

    package mutating func merge(_ other: LogarithmicSketch) {
        precondition(buckets == other.buckets, "sketches of different accuracy cannot be added")
        negative.merge(other.negative, uniquingKeysWith: +)
        positive.merge(other.positive, uniquingKeysWith: +)
        zeros += other.zeros
        count += other.count
    }

    /// The value at rank ⌊q(n−1)⌋, within the relative accuracy; `nil` when empty.
    ///
    /// - Precondition: `q` lies in 0...1.
    package func quantile(_ q: Double) -> Double? {
        precondition((0...1).contains(q), "a quantile lies in 0...1")
        guard count > 0 else { return nil }
        let rank = Int64(q * Double(count - 1))
        var passed: Int64 = 0
        for (bucket, count) in negative.sorted(by: { $0.key > $1.key }) {
            passed += count
            if passed > rank { return -buckets.representative(of: bucket) }
        }
        passed += zeros
        if passed > rank { return 0 }
        for (bucket, count) in positive.sorted(by: { $0.key < $1.key }) {
            passed += count
            if passed > rank { return buckets.representative(of: bucket) }
        }
        return nil
    }
}

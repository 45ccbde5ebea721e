/// Counts of latencies in fixed 2 % wide buckets from 1 µs to 100 s.
///
/// The edges are the same everywhere and for ever, so histograms of gateways and intervals merge by addition, in
/// any order and without loss. A value type of constant size; recording does not allocate.
package struct LatencyHistogram: Sendable, Hashable {
    /// Bucket 0 holds 1 µs and less, the last one everything above about 102 s.
    package static let bucketCount = LatencyBuckets.count

    /// The count of each bucket; always ``bucketCount`` of them.
    package private(set) var counts: [Int64]
    /// Latencies recorded.
    package private(set) var count: Int64 = 0
    /// Exact sum of the latencies, for means. Stays at `Int64.max` when it would overflow.
    package private(set) var sumMicroseconds: Int64 = 0

    package init() {
        counts = Array(repeating: 0, count: Self.bucketCount)
    }

    init(counts: [Int64], count: Int64, sumMicroseconds: Int64) {
        self.counts = counts
        self.count = count
        self.sumMicroseconds = sumMicroseconds
    }

    /// The bucket of a latency, found without a logarithm. Zero and negative latencies are in bucket 0.
    package static func bucket(microseconds: Int64) -> Int {
        LatencyBuckets.bucket(microseconds: microseconds)
    }

    /// The upper edge of a bucket in microseconds, included in the bucket; infinite for the last.
    package static func upperBound(of bucket: Int) -> Double {
        LatencyBuckets.upperBound(of: bucket)
    }

    /// - Precondition: `count` is not negative.
    package mutating func record(microseconds: Int64, count: Int64 = 1) {
        precondition(count >= 0, "a latency cannot be taken back")
        counts[LatencyBuckets.bucket(microseconds: microseconds)] += count
        self.count += count
        let (total, overflow) = max(microseconds, 0).multipliedReportingOverflow(by: count)
        addToSum(overflow ? .max : total)
    }

    package mutating func merge(_ other: LatencyHistogram) {
        for bucket in counts.indices {
            counts[bucket] += other.counts[bucket]
        }
        count += other.count
        addToSum(other.sumMicroseconds)
    }

    private mutating func addToSum(_ microseconds: Int64) {
        let (sum, overflow) = sumMicroseconds.addingReportingOverflow(microseconds)
        sumMicroseconds = overflow ? .max : sum
    }

    package var isEmpty: Bool { count == 0 }

    /// In microseconds; `nil` when empty.
    package var mean: Double? { isEmpty ? nil : Double(sumMicroseconds) / Double(count) }

    /// The latency at rank ⌊q(n−1)⌋ in microseconds, within 1 %; `nil` when empty.
    ///
    /// Infinite when that latency is in the overflow bucket, for which no better answer is known.
    ///
    /// - Precondition: `q` lies in 0...1.
    package func quantile(_ q: Double) -> Double? {
        precondition((0...1).contains(q), "a quantile lies in 0...1")
        guard !isEmpty else { return nil }
        let rank = Int64(q * Double(count - 1))
        guard let bucket = BucketCounts.firstBucket(of: counts, where: { $0 > rank }) else { return nil }
        return bucket == LatencyBuckets.overflow ? .infinity : LatencyBuckets.scheme.representative(of: bucket)
    }

    /// How many latencies are in buckets after `bucket`.
    package func count(above bucket: Int) -> Int64 {
        BucketCounts.count(of: counts, above: bucket)
    }

    /// The share of latencies in buckets after `bucket`; `nil` when empty.
    package func fraction(above bucket: Int) -> Double? {
        isEmpty ? nil : Double(count(above: bucket)) / Double(count)
    }
}

extension LatencyHistogram {
    /// The buckets that hold something, in ascending order: what is stored and sent.
    package var nonEmpty: [(bucket: Int, count: Int64)] {
        counts.enumerated().compactMap { bucket, count in count == 0 ? nil : (bucket, count) }
    }

    /// Rebuilds a histogram from ``nonEmpty``; a bucket that is named twice adds up.
    package init(
        sparse: some Sequence<(bucket: Int, count: Int64)>,
        sumMicroseconds: Int64
    ) throws(LatencyHistogramError) {
        var counts = Array(repeating: Int64(0), count: Self.bucketCount)
        var total: Int64 = 0
        for (bucket, count) in sparse {
            guard counts.indices.contains(bucket) else { throw .unknownBucket(bucket) }
            guard count >= 0 else { throw .negativeCount(bucket: bucket, count: count) }
            let (sum, overflow) = total.addingReportingOverflow(count)
            guard !overflow else { throw .tooManyLatencies }
            total = sum
            counts[bucket] += count
        }
        guard sumMicroseconds >= 0 else { throw .negativeSum(microseconds: sumMicroseconds) }
        self.init(counts: counts, count: total, sumMicroseconds: sumMicroseconds)
    }
}

/// Stored or received parts that are no histogram.
package enum LatencyHistogramError: Error, Equatable, CustomStringConvertible {
    case unknownBucket(Int)
    case negativeCount(bucket: Int, count: Int64)
    case negativeSum(microseconds: Int64)
    case tooManyLatencies
    case unequalLengths(buckets: Int, counts: Int)

    package var description: String {
        switch self {
        case .unknownBucket(let bucket):
            "latency bucket \(bucket) does not exist; buckets are numbered 0...\(LatencyHistogram.bucketCount - 1)"
        case .negativeCount(let bucket, let count):
            "latency bucket \(bucket) has the negative count \(count)"
        case .negativeSum(let microseconds):
            "the sum of latencies is negative: \(microseconds) microseconds"
        case .tooManyLatencies:
            "the counts of the latency buckets add up to more than \(Int64.max)"
        case .unequalLengths(let buckets, let counts):
            "a latency histogram names \(buckets) buckets but \(counts) counts; there must be one count for each"
        }
    }
}

extension LatencyHistogram: Codable {
    private enum CodingKeys: String, CodingKey {
        case buckets
        case counts
        case sumMicroseconds
    }

    package func encode(to encoder: any Encoder) throws {
        let nonEmpty = nonEmpty
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(nonEmpty.map(\.bucket), forKey: .buckets)
        try container.encode(nonEmpty.map(\.count), forKey: .counts)
        try container.encode(sumMicroseconds, forKey: .sumMicroseconds)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let buckets = try container.decode([Int].self, forKey: .buckets)
        let counts = try container.decode([Int64].self, forKey: .counts)
        guard buckets.count == counts.count else {
            throw LatencyHistogramError.unequalLengths(buckets: buckets.count, counts: counts.count)
        }
        let sum = try container.decode(Int64.self, forKey: .sumMicroseconds)
        try self.init(sparse: zip(buckets, counts).map { (bucket: $0, count: $1) }, sumMicroseconds: sum)
    }
}

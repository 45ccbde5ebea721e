/// Cumulative questions to counts of ordered buckets.
enum BucketCounts {
    /// The first bucket whose cumulative count meets a condition.
    static func firstBucket(of counts: [Int64], where condition: (_ cumulative: Int64) -> Bool) -> Int? {
        var cumulative: Int64 = 0
        return counts.firstIndex { count in
            cumulative += count
            return condition(cumulative)
        }
    }

    /// The sum of the counts after `bucket`.
    static func count(of counts: [Int64], above bucket: Int) -> Int64 {
        counts.dropFirst(max(bucket + 1, 0)).reduce(0, +)
    }
}

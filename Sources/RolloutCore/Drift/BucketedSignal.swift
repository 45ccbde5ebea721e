import Statistics

/// What was seen of a signal in some time, counted in buckets that were chosen before.
struct BucketedSignal: Hashable, Sendable, Codable {
    /// One a bucket.
    var counts: [Int64]
    var missing: Int64
    var mistyped: Int64

    init(_ buckets: SignalBuckets) {
        self.counts = Array(repeating: 0, count: buckets.count)
        self.missing = 0
        self.mistyped = 0
    }

    /// Values of another kind than the buckets' count as mistyped.
    init(_ tally: SignalTally, in buckets: SignalBuckets) {
        self.init(buckets)
        self.missing = tally.missing
        self.mistyped = tally.mistyped
        if let counts = buckets.counts(of: tally.values) {
            self.counts = counts
        } else {
            self.mistyped += tally.present
        }
    }

    var present: Int64 { self.counts.reduce(0, +) }
    var rows: Int64 { self.present + self.missing + self.mistyped }
    /// Rows without a usable value among all; nil without rows.
    var missingShare: Double? { self.rows > 0 ? Double(self.missing + self.mistyped) / Double(self.rows) : nil }

    /// - Precondition: Both are counted in the same buckets.
    mutating func merge(_ other: BucketedSignal) {
        for index in self.counts.indices { self.counts[index] += other.counts[index] }
        self.missing += other.missing
        self.mistyped += other.mistyped
    }
}

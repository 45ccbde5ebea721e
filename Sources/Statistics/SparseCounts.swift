/// Counts of numbered buckets, of which only the ones that hold something are kept.
package struct SparseCounts: Hashable, Sendable {
    /// Buckets that stored counts may name: every grid's are among them.
    private static let storable: ClosedRange<Int32> = -1 << 17...1 << 17
    /// What stored counts may add up to: the whole numbers that JSON keeps exactly.
    package static let totalLimit: Int64 = 1 << 53

    /// Ascending, each once.
    package private(set) var buckets: [Int32]
    /// One a bucket, above 0.
    package private(set) var counts: [Int64]

    package init() {
        self.buckets = []
        self.counts = []
    }

    /// Buckets in any order; one that is named twice adds up, and counts of 0 are left out.
    ///
    /// - Precondition: No count is negative.
    package init(_ pairs: some Sequence<(bucket: Int32, count: Int64)>) {
        self.init()
        for (bucket, count) in pairs.sorted(by: { $0.bucket < $1.bucket }) {
            precondition(count >= 0, "counts are not negative")
            if count == 0 { continue }
            if self.buckets.last == bucket {
                self.counts[self.counts.count - 1] += count
            } else {
                self.buckets.append(bucket)
                self.counts.append(count)
            }
        }
    }

    package var isEmpty: Bool { self.buckets.isEmpty }
    package var total: Int64 { self.counts.reduce(0, +) }

    /// Whether none of the counts is negative and all of them together are at most `totalLimit`.
    package static func isCountable(_ counts: some Sequence<Int64>) -> Bool {
        var room = self.totalLimit
        for count in counts {
            guard count >= 0, count <= room else { return false }
            room -= count
        }
        return true
    }

    package mutating func add(_ bucket: Int32, count: Int64 = 1) {
        self.merge(SparseCounts([(bucket: bucket, count: count)]))
    }

    package mutating func merge(_ other: SparseCounts) {
        if other.isEmpty { return }
        if self.isEmpty {
            self = other
            return
        }
        var merged = SparseCounts()
        merged.buckets.reserveCapacity(self.buckets.count + other.buckets.count)
        merged.counts.reserveCapacity(self.buckets.count + other.buckets.count)
        var (i, j) = (0, 0)
        while i < self.buckets.count || j < other.buckets.count {
            let ours = i < self.buckets.count ? self.buckets[i] : Int32.max
            let theirs = j < other.buckets.count ? other.buckets[j] : Int32.max
            var count: Int64 = 0
            if ours <= theirs {
                count += self.counts[i]
                i += 1
            }
            if theirs <= ours {
                count += other.counts[j]
                j += 1
            }
            merged.buckets.append(min(ours, theirs))
            merged.counts.append(count)
        }
        self = merged
    }

    /// How much lies in buckets from `bucket` on.
    package func count(from bucket: Int32) -> Int64 {
        var sum: Int64 = 0
        for index in self.buckets.indices.reversed() {
            if self.buckets[index] < bucket { break }
            sum += self.counts[index]
        }
        return sum
    }

    /// The bucket in which the value of rank ⌈share · total⌉ lies; nil when empty.
    ///
    /// - Parameter share: In 0…1.
    package func quantileBucket(_ share: Double) -> Int32? {
        let rank = max(1, Int64((share * Double(self.total)).rounded(.up)))
        var cumulative: Int64 = 0
        for (bucket, count) in zip(self.buckets, self.counts) {
            cumulative += count
            if cumulative >= rank { return bucket }
        }
        return self.buckets.last
    }
}

extension SparseCounts: Codable {
    private enum CodingKeys: String, CodingKey { case buckets, counts }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let buckets = try container.decode([Int32].self, forKey: .buckets)
        let counts = try container.decode([Int64].self, forKey: .counts)
        guard buckets.count == counts.count, buckets.allSatisfy(Self.storable.contains), Self.isCountable(counts) else {
            throw DecodingError.dataCorruptedError(
                forKey: .counts,
                in: container,
                debugDescription: "a bucket of a grid for each count, counts not negative and together at most 2^53"
            )
        }
        self.init(zip(buckets, counts).map { (bucket: $0, count: $1) })
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.buckets, forKey: .buckets)
        try container.encode(self.counts, forKey: .counts)
    }
}

/// Counts of canary and stable in the same buckets, in one interval under one route snapshot.
package struct HistogramStratum: Sendable, Hashable {
    package let canary: [Int64]
    package let stable: [Int64]

    /// - Precondition: both have the same number of buckets and no count is negative.
    package init(canary: [Int64], stable: [Int64]) {
        precondition(canary.count == stable.count, "canary and stable are counted in the same buckets")
        precondition((canary + stable).allSatisfy { $0 >= 0 }, "counts are not negative")
        self.canary = canary
        self.stable = stable
    }
}

/// Mirrored requests of one interval, or of several together, by who failed them.
struct MirroredCounts: Sendable {
    var neither: Int64 = 0
    var canaryOnly: Int64 = 0
    var stableOnly: Int64 = 0
    var both: Int64 = 0

    mutating func add(_ other: MirroredCounts) {
        neither += other.neither
        canaryOnly += other.canaryOnly
        stableOnly += other.stableOnly
        both += other.both
    }

    var total: Int64 { neither + canaryOnly + stableOnly + both }

    /// The same as two samples that have nothing to do with each other.
    var unpaired: BinaryCounts {
        BinaryCounts(bad1: canaryOnly + both, all1: total, bad0: stableOnly + both, all0: total, share: 0.5)
    }
}

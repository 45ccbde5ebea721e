import Statistics

/// Scored and labelled rows of both versions in one interval.
struct RankedRows: Sendable {
    var canary: ROCCurve
    var stable: ROCCurve

    mutating func add(_ other: RankedRows) {
        canary.merge(other.canary)
        stable.merge(other.stable)
    }
}

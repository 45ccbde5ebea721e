/// Checks that requests really were split as configured (sample ratio mismatch).
///
/// A mismatch means that routing or counting is broken, so that every other comparison is suspect.
package struct SampleRatioTest: EProcess {
    private var process = CountShareEProcess(grid: .twoSided)

    /// E at which decisions should freeze.
    package static let freezeThreshold = 1000.0

    package init() {}

    /// Takes in the requests assigned in one interval under one route snapshot with canary share `share`.
    package mutating func fold(canary: Int64, stable: Int64, share: Double) {
        process.fold(canary: canary, stable: stable, share: share)
    }

    package var logE: Double { process.logE }
    package var largestLogE: Double { process.largestLogE }

    /// Whether E ever reached ``freezeThreshold``.
    package var isMismatched: Bool { rejects(at: 1 / Self.freezeThreshold) }
}

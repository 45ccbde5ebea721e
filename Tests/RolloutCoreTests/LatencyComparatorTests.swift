import Statistics
import Testing

@testable import RolloutCore

@Suite("Latencies as bad and good requests")
struct LatencyComparatorTests {
    private static func histogram(_ microseconds: Int64, _ count: Int64) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        histogram.record(microseconds: microseconds, count: count)
        return histogram
    }

    private static let history = histogram(10_000, 1_000)

    /// Bad canary requests of 50, all of the same latency, against stable's median.
    private static func bad(
        _ microseconds: Double,
        ratio: Double,
        tolerance: Double,
        _ rounding: LatencyComparator.Rounding
    ) -> [Int64] {
        let comparator = LatencyComparator(
            quantiles: [0.5],
            ratio: ratio,
            toleranceMilliseconds: tolerance,
            rounding: rounding
        )
        return comparator.strata(canary: histogram(Int64(microseconds), 50), stable: history, history: history).map(
            \.x1
        )
    }

    @Test(
        "A bound inside a bucket is rounded to the side of the null",
        arguments: [(1.25, 0.0), (1.0, 3.0), (1.1, 2.0)]
    )
    func rounding(ratio: Double, tolerance: Double) {
        let threshold = LatencyHistogram.upperBound(of: LatencyHistogram.bucket(microseconds: 10_000))
        let bound = threshold * ratio + tolerance * 1_000
        let bucket = LatencyHistogram.bucket(microseconds: Int64(bound))
        let inside = LatencyHistogram.upperBound(of: bucket)

        #expect(Self.bad(inside, ratio: ratio, tolerance: tolerance, .up) == [0])
        #expect(Self.bad(inside, ratio: ratio, tolerance: tolerance, .down) == [50])
        #expect(Self.bad(inside * 1.03, ratio: ratio, tolerance: tolerance, .up) == [50])
        #expect(Self.bad(inside / 1.05, ratio: ratio, tolerance: tolerance, .down) == [0])
    }

    @Test("Without ratio and tolerance both roundings compare at stable's own threshold")
    func sameThreshold() {
        let threshold = LatencyHistogram.upperBound(of: LatencyHistogram.bucket(microseconds: 10_000))

        for rounding in [LatencyComparator.Rounding.up, .down] {
            #expect(Self.bad(threshold, ratio: 1, tolerance: 0, rounding) == [0])
            #expect(Self.bad(threshold * 1.03, ratio: 1, tolerance: 0, rounding) == [50])
        }
    }

    @Test("Fewer than 100 earlier stable requests give no threshold")
    func shortHistory() {
        let comparator = LatencyComparator(quantiles: [0.5, 0.99], ratio: 1, toleranceMilliseconds: 0, rounding: .up)
        let canary = Self.histogram(10_000, 50)

        #expect(comparator.strata(canary: canary, stable: canary, history: Self.histogram(10_000, 99)).isEmpty)
        #expect(comparator.strata(canary: canary, stable: canary, history: Self.histogram(10_000, 100)).count == 2)
    }
}

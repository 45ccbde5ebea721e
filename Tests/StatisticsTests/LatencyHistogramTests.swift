import Foundation
import RealModule
import Testing

@testable import Statistics

@Suite("Latency histogram")
struct LatencyHistogramTests {
    private static let logGamma = Double.log(1.01 / 0.99)

    private func exactBucket(_ microseconds: Int64) -> Int {
        microseconds <= 1 ? 0 : Int((Double.log(Double(microseconds)) / Self.logGamma).rounded(.up))
    }

    @Test("Every whole microsecond up to one second is in the bucket of the logarithmic formula")
    func everyMicrosecond() {
        let wrong = (0...1_000_000).first { LatencyHistogram.bucket(microseconds: $0) != exactBucket($0) }
        #expect(wrong == nil)
    }

    @Test("Longer latencies are in the bucket of the logarithmic formula, edges included")
    func longLatencies() {
        var random = SplitMix64(seed: 41)
        let samples = (0..<20_000).map { _ in Int64.random(in: 1_000_000...100_000_000, using: &random) }
        let edges = (1...922).flatMap { bucket in
            let edge = Int64(LatencyHistogram.upperBound(of: bucket))
            return [edge, edge + 1]
        }
        let wrong = (samples + edges.filter { $0 <= 100_000_000 }).first {
            LatencyHistogram.bucket(microseconds: $0) != exactBucket($0)
        }
        #expect(wrong == nil)
    }

    @Test(
        "Values outside the range are in the first and the last bucket",
        arguments: [(Int64.min, 0), (-1, 0), (0, 0), (1, 0), (100_000_000, 922), (103_000_000, 923), (.max, 923)]
    )
    func extremes(microseconds: Int64, bucket: Int) {
        #expect(LatencyHistogram.bucket(microseconds: microseconds) == bucket)
    }

    @Test("An empty histogram has neither quantile nor mean nor fraction")
    func empty() {
        let histogram = LatencyHistogram()
        #expect(histogram.quantile(0.5) == nil)
        #expect(histogram.mean == nil)
        #expect(histogram.fraction(above: 3) == nil)
        #expect(histogram.count(above: 3) == 0)
        #expect(histogram.nonEmpty.isEmpty)
    }

    @Test(
        "Quantiles are within one per cent of the order statistic",
        arguments: [0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1]
    )
    func quantiles(q: Double) throws {
        let sorted = LatencySamples.reference.sorted()
        let exact = Double(sorted[Int(q * Double(sorted.count - 1))])
        let quantile = try #require(histogram(of: LatencySamples.reference).quantile(q))
        #expect(abs(quantile - exact) <= 0.01 * exact + 1e-9)
    }

    @Test("A quantile in the overflow bucket is not invented")
    func overflow() {
        var histogram = LatencyHistogram()
        histogram.record(microseconds: 200_000_000)
        #expect(histogram.quantile(0.5) == .infinity)
        #expect(histogram.mean == 200_000_000)
    }

    @Test("Merging equals recording everything in one, in any order and split")
    func merging() {
        let whole = histogram(of: LatencySamples.reference + LatencySamples.current)
        var parts = [
            histogram(of: LatencySamples.current),
            histogram(of: LatencySamples.reference.prefix(700)),
            LatencyHistogram(),
            histogram(of: LatencySamples.reference.dropFirst(700)),
        ]
        for _ in 0..<2 {
            let merged = parts.reduce(into: LatencyHistogram()) { $0.merge($1) }
            #expect(merged == whole)
            parts.reverse()
        }
        let sum = (LatencySamples.reference + LatencySamples.current).reduce(0, +)
        #expect((whole.count, whole.sumMicroseconds) == (3000, sum))
    }

    @Test("The sum stays at the largest number instead of overflowing")
    func sumOverflow() {
        var histogram = LatencyHistogram()
        histogram.record(microseconds: .max)
        histogram.record(microseconds: .max, count: 2)
        var other = histogram
        other.merge(histogram)
        #expect((other.count, other.sumMicroseconds) == (6, .max))
    }

    @Test("Counts and fractions beyond a bucket exclude the bucket itself")
    func exceedance() {
        var histogram = LatencyHistogram()
        histogram.record(microseconds: 1, count: 6)
        histogram.record(microseconds: 2, count: 4)
        #expect(histogram.count(above: -1) == 10)
        #expect(histogram.count(above: 0) == 4)
        #expect(histogram.count(above: 35) == 0)
        #expect(histogram.count(above: 5000) == 0)
        #expect(histogram.fraction(above: 0) == 0.4)
    }

    @Test("The sparse form gives the same histogram back")
    func sparse() throws {
        let original = histogram(of: LatencySamples.current)
        let back = try LatencyHistogram(sparse: original.nonEmpty, sumMicroseconds: original.sumMicroseconds)
        #expect(back == original)
    }

    @Test("The encoded form is sparse and gives the same histogram back")
    func coding() throws {
        var histogram = LatencyHistogram()
        histogram.record(microseconds: 1, count: 2)
        histogram.record(microseconds: 2)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let encoded = try encoder.encode(histogram)
        #expect(String(decoding: encoded, as: UTF8.self) == #"{"buckets":[0,35],"counts":[2,1],"sumMicroseconds":4}"#)
        #expect(try JSONDecoder().decode(LatencyHistogram.self, from: encoded) == histogram)
        let unequal = Data(#"{"buckets":[0,35],"counts":[2],"sumMicroseconds":4}"#.utf8)
        #expect(throws: LatencyHistogramError.unequalLengths(buckets: 2, counts: 1)) {
            try JSONDecoder().decode(LatencyHistogram.self, from: unequal)
        }
    }

    @Test("Impossible sparse forms are refused")
    func impossibleSparse() {
        #expect(throws: LatencyHistogramError.unknownBucket(924)) {
            try LatencyHistogram(sparse: [(bucket: 924, count: 1)], sumMicroseconds: 1)
        }
        #expect(throws: LatencyHistogramError.unknownBucket(-1)) {
            try LatencyHistogram(sparse: [(bucket: -1, count: 1)], sumMicroseconds: 1)
        }
        #expect(throws: LatencyHistogramError.negativeCount(bucket: 3, count: -2)) {
            try LatencyHistogram(sparse: [(bucket: 3, count: -2)], sumMicroseconds: 1)
        }
        #expect(throws: LatencyHistogramError.negativeSum(microseconds: -1)) {
            try LatencyHistogram(sparse: [(bucket: 3, count: 2)], sumMicroseconds: -1)
        }
        #expect(throws: LatencyHistogramError.tooManyLatencies) {
            try LatencyHistogram(sparse: [(bucket: 3, count: .max), (bucket: 4, count: 1)], sumMicroseconds: 1)
        }
    }

    private func histogram(of latencies: some Sequence<Int64>) -> LatencyHistogram {
        latencies.reduce(into: LatencyHistogram()) { $0.record(microseconds: $1) }
    }
}

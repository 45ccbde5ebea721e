import Testing

@testable import Statistics

@Suite("Moments, quantiles and field quality")
struct SampleSummaryTests {
    /// Reference values: numpy 2.4.6. A sum of squares gets this one wrong.
    @Test("Merged moments keep their digits at a large offset")
    func cancellation() {
        var moments = Moments([1_000_000_004, 1_000_000_007])
        moments.merge(Moments([1_000_000_013, 1_000_000_016]))
        #expect((moments.count, moments.mean) == (4, 1_000_000_010))
        #expect(isClose(moments.sampleVariance, 30, within: 1e-6))
        #expect(isClose(moments.populationVariance, 22.5, within: 1e-6))
    }

    @Test("Moments are the same however the values are split")
    func splitting() throws {
        let whole = Moments(StandardNormalSamples.first)
        for cut in [0, 1, 30, 60] {
            var merged = Moments(StandardNormalSamples.first[..<cut])
            merged.merge(Moments(StandardNormalSamples.first[cut...]))
            #expect(merged.count == whole.count)
            #expect(isClose(merged.mean, whole.mean, within: 1e-14))
            #expect(isClose(merged.squaredDeviations, whole.squaredDeviations, within: 1e-12))
        }
    }

    @Test("Too few values have no variance")
    func undefinedMoments() {
        #expect(Moments().populationVariance == nil)
        #expect(Moments([3]).sampleVariance == nil)
        #expect(Moments([3]).meanVariance == nil)
        #expect(Moments([3]).populationVariance == 0)
    }

    /// Reference values: numpy 2.4.6, types 7 and 1.
    @Test("Quantiles agree with the reference")
    func quantiles() throws {
        let values = LatencySamples.reference.prefix(25).map { Double($0) / 1000 }
        let sample = try #require(OrderedSample(values + [.nan]))
        let levels = [0.5, 0.9, 0.95, 0.99]
        let interpolated = levels.map(sample.interpolatedQuantile)
        #expect(areClose(interpolated, [47.68, 77.72420000000001, 82.22259999999999, 88.03271999999998], within: 1e-9))
        #expect(levels.map(sample.nearestRankQuantile) == [47.68, 78.733, 83.095, 89.592])
        #expect([0, 1].map(sample.nearestRankQuantile) == [13.942, 89.592])
        #expect(OrderedSample([.nan]) == nil)
    }

    /// Reference values: ddsketch 3.0.1 on latencies in milliseconds.
    @Test("Quantiles of logarithmic buckets agree with the reference sketch")
    func bucketQuantiles() {
        let buckets = LogarithmicBuckets(relativeAccuracy: 0.01)
        let counts = LatencySamples.reference.reduce(into: Array(repeating: Int64(0), count: 400)) { counts, value in
            counts[buckets.index(of: Double(value) / 1000)] += 1
        }
        let quantiles = [0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999].compactMap { q in
            let rank = Int64(q * 1999)
            return BucketCounts.firstBucket(of: counts) { $0 > rank }.map(buckets.representative)
        }
        let expected = [
            12.807552072442041, 32.788122726463925, 47.946173930184294, 106.70901815286257, 132.9685996221069,
            198.36848598125056, 273.1816637111202,
        ]
        #expect(areClose(quantiles, expected, within: 1e-9))
    }

    @Test("A numeric row is counted in the first class that fits")
    func numericField() {
        let rows: [FieldValue] = [
            .number(1), .missing, .number(3), .text("x"), .number(-5), .number(200), .missing,
        ]
        var quality = NumericFieldQuality(range: 0...100)
        for row in rows { quality.add(row) }
        #expect((quality.total, quality.missing, quality.typeMismatches) == (7, 2, 1))
        #expect((quality.outOfRange, quality.valid) == (2, 2))
        quality.add(.number(.nan))
        #expect(quality.missing == 3)
        let once = quality
        quality.merge(once)
        #expect(quality.total == 16)
    }

    @Test("The share of unseen categories is of the values that are present")
    func categoryField() {
        let rows: [FieldValue] = [.text("a"), .text("b"), .text("z"), .missing, .text("a"), .text("q")]
        var quality = CategoryFieldQuality(domain: ["a", "b", "c"])
        #expect(quality.unseenShareOfPresent == nil)
        for row in rows { quality.add(row) }
        #expect((quality.total, quality.missing, quality.unseen) == (6, 1, 2))
        #expect(quality.unseenShareOfPresent == 0.4)
    }

    /// Reference values: scipy 1.17.1, `theilslopes`, and the formula of Kendall.
    @Test("A trend agrees with the reference")
    func trend() throws {
        let values: [Double] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9]
        let trend = try #require(MonotoneTrend(times: values.indices.map(Double.init), values: values))
        #expect(isClose(trend.slope, 0.4444444444444444, within: 1e-12))
        #expect(isClose(trend.pValue, 0.006863794985449032, within: 1e-12))
        #expect(MonotoneTrend(times: [0, 1], values: [1, 2]) == nil)
        #expect(MonotoneTrend(times: [0, 1, 1], values: [1, 2, 3]) == nil)
        #expect(MonotoneTrend(times: [0, 1, 2], values: [4, 4, 4])?.pValue == nil)
    }
}

import RealModule
import Testing

@testable import Statistics

@Suite("Latency exceedance")
struct LatencyExceedanceTests {
    /// Reference values: numpy 2.4.6 with γ = 1.02 and latencies in milliseconds.
    @Test("Thresholds and counts beyond them agree with the reference")
    func reference() throws {
        let past = counts(LatencySamples.reference[...])
        let exceedance = try #require(Exceedance(priorStable: past, quantiles: LatencyExceedance.quantiles, shift: 5))
        #expect(exceedance.thresholdBuckets == [196, 236, 248, 268])
        let interval = HistogramStratum(
            canary: counts(LatencySamples.current.prefix(200)),
            stable: counts(LatencySamples.reference.prefix(1000))
        )
        let strata = exceedance.strata(of: interval)
        let expected = try [(97, 486), (22, 83), (9, 42), (3, 6)].map { x1, x0 in
            try Stratum(x1: x1, n1: 200, x0: x0, n0: 1000)
        }
        #expect(strata == expected)
    }

    @Test("Without a past there is no threshold")
    func noPast() {
        #expect(LatencyExceedance(priorStable: LatencyHistogram(), shift: 2) == nil)
    }

    @Test("Latency histograms make the same strata as their counts")
    func latencyStrata() throws {
        let (past, canary) = (latencies(LatencySamples.reference, part: 0), latencies(LatencySamples.current, part: 1))
        let ofHistograms = try #require(LatencyExceedance(priorStable: past, shift: 2))
        let ofCounts = Exceedance(priorStable: past.counts, quantiles: LatencyExceedance.quantiles, shift: 2)
        let interval = HistogramStratum(canary: canary.counts, stable: past.counts)
        #expect(ofHistograms.strata(canary: canary, stable: past) == ofCounts?.strata(of: interval))
        #expect((ofHistograms.thresholdBuckets, ofHistograms.shift) == (ofCounts?.thresholdBuckets ?? [], 2))
    }

    @Test("The first interval only provides thresholds, and later ones use earlier intervals only")
    func predictable() throws {
        var process = LatencyEProcess.harm(shift: 2)
        let slow = histogram(100, of: 90_000)
        process.fold(interval: [LatencyStratum(canary: slow, stable: histogram(1900, of: 50_000))])
        #expect(process.logE == 0)
        // Stable is as slow as the canary now: the threshold of the past makes both bad.
        process.fold(interval: [LatencyStratum(canary: slow, stable: histogram(1900, of: 90_000))])
        #expect(process.logE == 0)
        process.fold(interval: [LatencyStratum(canary: slow, stable: histogram(1900, of: 50_000))])
        #expect(process.logE > 0)
    }

    @Test("A canary within the tolerance is not harmful, one beyond it is")
    func tolerance() {
        func logE(canaryMicroseconds: Int64) -> Double {
            var process = LatencyEProcess.harm(shift: 5)
            for _ in 0..<5 {
                let canary = histogram(100, of: canaryMicroseconds)
                process.fold(interval: [LatencyStratum(canary: canary, stable: histogram(1900, of: 50_000))])
            }
            return process.logE
        }
        #expect(logE(canaryMicroseconds: 54_000) <= 0)
        #expect(logE(canaryMicroseconds: 58_000) > .log(1000))
    }

    @Test("An equally fast canary becomes non-inferior at every quantile")
    func nonInferiority() {
        var process = LatencyEProcess.nonInferiority(shift: 10)
        for part in 0..<10 {
            let stable = latencies(LatencySamples.reference, part: part)
            process.fold(interval: [
                LatencyStratum(canary: latencies(LatencySamples.reference, part: 9 - part), stable: stable)
            ])
        }
        #expect(process.byQuantile.count == 3)
        #expect(process.byQuantile[0].rejects(at: 0.05))
        #expect(process.smallestLargestLogE == process.byQuantile.map(\.largestLogE).min())
    }

    @Test("Strata of one interval may come in any order")
    func orderWithinInterval() {
        let strata = (0..<4).map { part in
            LatencyStratum(
                canary: latencies(LatencySamples.current, part: part),
                stable: latencies(LatencySamples.reference, part: part)
            )
        }
        var (forwards, backwards) = (LatencyEProcess.harm(), LatencyEProcess.harm())
        for _ in 0..<3 {
            forwards.fold(interval: strata)
            backwards.fold(interval: strata.reversed())
        }
        #expect(isClose(forwards.logE, backwards.logE, within: 1e-10))
        #expect(forwards.stableHistory == backwards.stableHistory)
    }

    private func latencies(_ samples: [Int64], part: Int) -> LatencyHistogram {
        let size = samples.count / 10
        return samples[part * size..<(part + 1) * size].reduce(into: LatencyHistogram()) { $0.record(microseconds: $1) }
    }

    private func histogram(_ count: Int64, of microseconds: Int64) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        histogram.record(microseconds: microseconds, count: count)
        return histogram
    }

    /// Dense counts with γ = 1.02 of latencies in milliseconds.
    private func counts(_ microseconds: ArraySlice<Int64>) -> [Int64] {
        let buckets = LogarithmicBuckets(gamma: 1.02)
        return microseconds.reduce(into: Array(repeating: 0, count: 400)) { counts, value in
            counts[max(0, buckets.index(of: Double(value) / 1000))] += 1
        }
    }
}

import RealModule
import Testing

@testable import Statistics

@Suite("Histogram e-process")
struct HistogramEProcessTests {
    @Test("Each bucket and each cut is its own two-sided test, and their E values are averaged")
    func questions() throws {
        let histogram = HistogramStratum(canary: [10, 30, 60], stable: [400, 900, 600])
        func logE(_ x1: Int64, _ x0: Int64) throws -> Double {
            var process = StratifiedEProcess.twoSided()
            process.fold(try Stratum(x1: x1, n1: 100, x0: x0, n0: 1900))
            return process.logE
        }
        var classes = HistogramEProcess(.eachBucket, buckets: 3)
        classes.fold(interval: [histogram])
        let byBucket = try [logE(10, 400), logE(30, 900), logE(60, 600)]
        #expect(classes.byQuestion.map(\.logE) == byBucket)
        #expect(classes.logE == LogDomain.mean(byBucket))

        var cuts = HistogramEProcess(.eachCut, buckets: 3)
        cuts.fold(interval: [histogram])
        let byCut = try [logE(90, 1500), logE(60, 600)]
        #expect(cuts.byQuestion.map(\.logE) == byCut)
        #expect(cuts.rejects(at: 0.05))
    }

    @Test("A shift of the scores is found, their sameness is not")
    func drift() {
        func largestLogE(shift: Double, seed: UInt64) -> Double {
            var random = SplitMix64(seed: seed)
            func counts(_ total: Int, shift: Double) -> [Int64] {
                (0..<total).reduce(into: Array(repeating: 0, count: 10)) { counts, _ in
                    counts[UnitBins.index(of: random.unit() + shift, bins: 10)] += 1
                }
            }
            var process = HistogramEProcess(.eachCut, buckets: 10)
            for _ in 0..<10 {
                process.fold(interval: [
                    HistogramStratum(canary: counts(100, shift: shift), stable: counts(900, shift: 0))
                ])
            }
            return process.largestLogE
        }
        #expect(largestLogE(shift: 0, seed: 61) < .log(20))
        #expect(largestLogE(shift: 0.15, seed: 61) > .log(20))
    }

    @Test("Empty histograms say nothing")
    func empty() {
        var process = HistogramEProcess(.eachBucket, buckets: 2)
        process.fold(interval: [HistogramStratum(canary: [0, 0], stable: [5, 6])])
        #expect((process.logE, process.anytimePValue) == (0, 1))
    }

    @Test("Mirrored requests prove a loss from the pairs that differ")
    func discordantPairs() {
        var process = DiscordantPairEProcess()
        #expect((process.logE, process.anytimePValue) == (0, 1))
        process.fold(canaryOnlyBad: 1, stableOnlyBad: 0)
        // The mean of 2θ over the grid.
        let expected = Double.log(2 * (0.52 + 0.55 + 0.6 + 0.65 + 0.7 + 0.8 + 0.9) / 7)
        #expect(isClose(process.logE, expected, within: 1e-15))
        process.fold(canaryOnlyBad: 19, stableOnlyBad: 4)
        #expect(process.logE > .log(20))
        #expect((process.canaryOnlyBad, process.stableOnlyBad) == (20, 4))
        var even = DiscordantPairEProcess()
        even.fold(canaryOnlyBad: 50, stableOnlyBad: 50)
        #expect(even.logE < 0)
    }

    @Test(
        "However pairs depend on each other, E grows for a canary beyond the tolerance only",
        arguments: [1.0, 1.1, 2],
        [0.0, 0.02, 0.05] as [Double]
    )
    func pairTolerance(tolerance: Double, both: Double) {
        let stable = 0.05
        func expectation(canary: Double) -> Double {
            let (canaryOnly, stableOnly) = (canary - both, stable - both)
            func evidence(_ fold: (inout DiscordantPairEProcess) -> Void) -> Double {
                var process = DiscordantPairEProcess(tolerance: tolerance)
                fold(&process)
                return .exp(process.logE)
            }
            let b = canaryOnly * evidence { $0.fold(canaryOnlyBad: 1, stableOnlyBad: 0) }
            let c = stableOnly * evidence { $0.fold(canaryOnlyBad: 0, stableOnlyBad: 1) }
            let d = both * evidence { $0.fold(canaryOnlyBad: 0, stableOnlyBad: 0, bothBad: 1) }
            return b + c + d + (1 - canaryOnly - stableOnly - both)
        }

        #expect(isClose(expectation(canary: tolerance * stable), 1, within: 1e-12))
        #expect(expectation(canary: 0.99 * tolerance * stable + 0.01 * both) <= 1 || both == 0.05)
        #expect(expectation(canary: 1.2 * tolerance * stable) > 1)
    }

    @Test("A loss that begins late is found sooner by bets that begin late")
    func latePairs() {
        var early = DiscordantPairEProcess()
        var spread = DiscordantPairEProcess(startTimes: .spread(horizon: 100))
        for interval in 0..<60 {
            let isLost = interval >= 50
            early.fold(canaryOnlyBad: isLost ? 12 : 8, stableOnlyBad: isLost ? 2 : 8)
            spread.fold(canaryOnlyBad: isLost ? 12 : 8, stableOnlyBad: isLost ? 2 : 8)
        }

        #expect(spread.largestLogE > early.largestLogE + 5)
    }
}

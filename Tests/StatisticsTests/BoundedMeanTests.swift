import RealModule
import Testing

@testable import Statistics

@Suite("Means of bounded values")
struct BoundedMeanTests {
    private static func digits(_ count: Int) -> [Double] { (0..<count).map { Double(7 * $0 % 10) / 10 } }

    private static func interval(_ values: [Double], alpha: Double) -> Interval {
        var sequence = BoundedMeanSequence(alpha: alpha)
        for value in values { sequence.add(value) }
        return sequence.interval
    }

    /// Reference values: the formulas of the paper in numpy 2.4.6.
    @Test("The empirical-Bernstein sequence agrees with the reference, and is narrow where values vary little")
    func sequence() {
        let wide = Self.interval(Self.digits(200), alpha: 0.05)
        #expect(isClose(wide.lower, 0.3782593484949899, within: 1e-12))
        #expect(isClose(wide.upper, 0.5196878048774894, within: 1e-12))
        let narrow = Self.interval((0..<500).map { $0.isMultiple(of: 4) ? 0.3 : 0.1 }, alpha: 0.01)
        #expect(isClose(narrow.lower, 0.12589714436120314, within: 1e-12))
        #expect(isClose(narrow.upper, 0.17426424387052752, within: 1e-12))
        #expect(BoundedMeanSequence(alpha: 0.05).interval == Interval(lower: 0, upper: 1))
    }

    @Test("Exchanging 0 and 1 mirrors the interval")
    func symmetry() {
        let there = Self.interval(Self.digits(150), alpha: 0.05)
        let back = Self.interval(Self.digits(150).map { 1 - $0 }, alpha: 0.05)
        #expect(isClose(there.lower, 1 - back.upper, within: 1e-12))
        #expect(isClose(there.upper, 1 - back.lower, within: 1e-12))
    }

    /// Reference values: the formulas of the paper in numpy 2.4.6.
    @Test(
        "Betting agrees with the reference",
        arguments: [(0.45, -2.0550008048345445), (0.3, 5.2991144726240575), (0.7, 11.477327850843913)]
    )
    func betting(mean: Double, logE: Double) {
        var process = BettingProcess(mean: mean)
        for value in Self.digits(60) { process.add(value) }
        #expect(isClose(process.logE, logE, within: 1e-11))
        #expect(process.rejects(at: 0.05) == (mean != 0.45))
    }

    @Test("The true mean is left out at some look in at most 5 % of the runs, by either method")
    func coverage() {
        let seed: UInt64 = 111
        var random = SplitMix64(seed: seed)
        var (outside, rejected) = (0, 0)
        let runs = 1000
        for _ in 0..<runs {
            var sequence = BoundedMeanSequence(alpha: 0.05)
            var process = BettingProcess(mean: 0.2)
            for _ in 0..<200 {
                // Mean 0.2: one value in four is uniform on 0.6...1, the others are 0.
                let value = random.unit() < 0.25 ? 0.6 + 0.4 * random.unit() : 0
                sequence.add(value)
                process.add(value)
            }
            if sequence.interval.lower > 0.2 || sequence.interval.upper < 0.2 { outside += 1 }
            if process.rejects(at: 0.05) { rejected += 1 }
        }
        #expect(outside <= runs / 20, "seed \(seed): \(outside) of \(runs)")
        #expect(rejected <= runs / 20, "seed \(seed): \(rejected) of \(runs)")
        #expect(rejected > 0, "a test that never fires has no power: seed \(seed)")
    }
}

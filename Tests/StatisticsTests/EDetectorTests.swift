import RealModule
import Testing

@testable import Statistics

@Suite("E-detector")
struct EDetectorTests {
    private static let calm = Stratum(unchecked: (1, 100, 19, 1900))
    private static let bad = Stratum(unchecked: (5, 100, 19, 1900))

    @Test("R follows its recursion for each odds ratio and is their mean")
    func recursion() {
        let grid = OddsRatioGrid(null: 1, alternatives: [1.5, 3])
        var detector = EDetector(grid: grid)
        #expect(detector.logR == -.infinity)
        var expected = [0.0, 0.0]
        for stratum in [Self.calm, Self.bad, Self.calm, Self.bad, Self.bad] {
            detector.fold(interval: [stratum])
            for (index, ratio) in grid.alternatives.enumerated() {
                expected[index] = (expected[index] + 1) * .exp(stratum.logEvidence(for: ratio))
            }
            #expect(isClose(detector.logR, .log((expected[0] + expected[1]) / 2), within: 1e-12))
        }
    }

    @Test("Strata of one interval count together, whatever their order, and tempered evidence less")
    func interval() {
        var (one, other, tempered) = (EDetector(grid: .harm()), EDetector(grid: .harm()), EDetector(grid: .harm()))
        one.fold(interval: [Self.calm, Self.bad])
        other.fold(interval: [Self.bad, Self.calm])
        tempered.fold(interval: [Self.bad, Self.calm], temperedBy: 0.5)
        #expect(isClose(one.logR, other.logR, within: 1e-13))
        #expect(tempered.logR < one.logR)
    }

    @Test("An interval without evidence lets R grow by one")
    func emptyIntervals() {
        var detector = EDetector(grid: .harm())
        for interval in 1...5 {
            detector.fold(interval: [])
            #expect(isClose(detector.logR, .log(Double(interval)), within: 1e-12))
        }
    }

    @Test("A detector that goes on from its stored state is the one that was never stopped")
    func resumption() throws {
        var whole = EDetector(grid: .harm(tolerance: 1.1))
        for interval in 0..<40 { whole.fold(interval: [interval.isMultiple(of: 7) ? Self.bad : Self.calm]) }
        var first = EDetector(grid: .harm(tolerance: 1.1))
        #expect(first.state.allSatisfy { $0 == 0 })
        for interval in 0..<17 { first.fold(interval: [interval.isMultiple(of: 7) ? Self.bad : Self.calm]) }
        var resumed = try #require(EDetector(grid: .harm(tolerance: 1.1), state: first.state))
        for interval in 17..<40 { resumed.fold(interval: [interval.isMultiple(of: 7) ? Self.bad : Self.calm]) }
        #expect(resumed == whole)
        #expect(EDetector(grid: .harm(), state: [1]) == nil)
        #expect(EDetector(grid: OddsRatioGrid(null: 1, alternatives: [2]), state: [.infinity]) == nil)
        #expect(EDetector(grid: OddsRatioGrid(null: 1, alternatives: [2]), state: [-1]) == nil)
    }

    @Test("Evidence beyond any Double stays finite in the state")
    func largeEvidence() {
        var detector = EDetector(grid: .harm())
        for _ in 0..<50 { detector.fold(interval: [Stratum(unchecked: (1000, 1000, 10, 1000))]) }
        #expect(detector.state.allSatisfy { $0.isFinite })
        #expect(detector.logR > 1000)
    }

    @Test("Without a change an alarm by interval T is no more likely than T/c, and a change is found")
    func runLength() throws {
        let seed: UInt64 = 101
        var random = SplitMix64(seed: seed)
        let (runs, horizon, threshold) = (400, 40, 400.0)
        func alarm(after calm: Int, by end: Int) throws -> Int? {
            var detector = EDetector(grid: .harm())
            return try (1...end).first { interval in
                let rate = interval <= calm ? 0.02 : 0.08
                let x1 = random.binomial(trials: 50, p: rate)
                detector.fold(
                    interval: [try Stratum(x1: x1, n1: 50, x0: random.binomial(trials: 950, p: 0.02), n0: 950)]
                )
                return detector.raisesAlarm(averageRunLength: threshold)
            }
        }
        let alarms = try (0..<runs).count { _ in try alarm(after: horizon, by: horizon) != nil }
        // The bound is 40 of 400; four standard deviations of a share of 0.1 are 24.
        #expect(alarms <= runs * horizon / Int(threshold), "seed \(seed): \(alarms) of \(runs)")
        let found = try (0..<20).count { _ in (try alarm(after: 10, by: 40) ?? 0) > 10 }
        #expect(found >= 18, "seed \(seed): \(found) of 20")
    }
}

import RealModule
import Testing

@testable import Statistics

@Suite("Share ceiling e-process")
struct ShareCeilingEProcessTests {
    @Test("Evidence is the mean of binomial likelihood ratios against the ceiling")
    func definition() {
        var process = ShareCeilingEProcess(ceiling: 0.1)
        #expect((process.logE, process.anytimePValue) == (0, 1))
        process.fold(bad: 0, units: 0)
        #expect(process.logE == 0)
        process.fold(bad: 1, units: 1)
        // The mean of p/ceiling.
        #expect(isClose(process.logE, .log((0.02 + 0.1 + 0.2 + 0.35 + 0.5 + 0.7) / 6), within: 1e-14))
        var good = ShareCeilingEProcess(ceiling: 0.1)
        good.fold(bad: 0, units: 1)
        let ratios = [0.998, 0.99, 0.98, 0.965, 0.95, 0.93].map { $0 / 0.9 }
        #expect(isClose(good.logE, .log(ratios.reduce(0, +) / 6), within: 1e-14))
    }

    @Test("A cohort without bad units is proven to be below the ceiling")
    func provenGood() {
        var process = ShareCeilingEProcess(ceiling: 0.01)
        for _ in 0..<10 { process.fold(bad: 0, units: 50) }
        #expect(process.rejects(at: 0.05))
    }

    @Test("At the ceiling E reaches 20 in at most 5 % of the runs, however often one looks")
    func falseAlarms() {
        let seed: UInt64 = 81
        var random = SplitMix64(seed: seed)
        let runs = 2000
        let alarms = (0..<runs).reduce(0) { alarms, _ in
            var process = ShareCeilingEProcess(ceiling: 0.05)
            for _ in 0..<40 where !process.rejects(at: 0.05) {
                process.fold(bad: random.binomial(trials: 40, p: 0.05), units: 40)
            }
            return alarms + (process.rejects(at: 0.05) ? 1 : 0)
        }
        #expect(alarms <= runs / 20, "seed \(seed): \(alarms) alarms in \(runs) runs")
        #expect(alarms > 0, "a test that never fires has no power: seed \(seed)")
    }
}

import Statistics
import Testing

@testable import RolloutCore

@Suite("The tempered e-process")
struct TemperedEProcessTests {
    private static func strata(seed: UInt64) -> [Stratum] {
        var random = SplitMix64(seed: seed)
        return (0..<30).compactMap { _ in
            try? Stratum(x1: random.binomial(100, 0.06), n1: 100, x0: random.binomial(400, 0.04), n0: 400)
        }
    }

    @Test(
        "Believed in full it is the stratified process",
        arguments: [.harm(tolerance: 1.1), .twoSided, .nonInferiority(margin: 1.5)] as [OddsRatioGrid]
    )
    func isStratified(grid: OddsRatioGrid) {
        var tempered = TemperedEProcess(grid: grid, startTimes: .spread(horizon: 50))
        var stratified = StratifiedEProcess(grid: grid, startTimes: .spread(horizon: 50))
        for stratum in Self.strata(seed: 1) {
            tempered.fold(stratum)
            stratified.fold(stratum)
            #expect(abs(tempered.logE - stratified.logE) < 1e-9)
        }
        #expect(abs(tempered.largestLogE - stratified.largestLogE) < 1e-9)
    }

    @Test("Believed by a half it says half of the logarithm of each bet")
    func belief() throws {
        let grid = OddsRatioGrid(null: 1, alternatives: [2])
        let stratum = try Stratum(x1: 12, n1: 100, x0: 20, n0: 400)
        var (full, half) = (TemperedEProcess(grid: grid), TemperedEProcess(grid: grid))
        full.fold(stratum)
        half.fold(stratum, belief: 0.5)

        #expect(abs(half.logE - full.logE / 2) < 1e-12)
        #expect(abs(full.logE - stratum.logEvidence(for: 2)) < 1e-12)
    }

    @Test("A table that its margins fix says nothing, but time passes")
    func uninformative() throws {
        var process = TemperedEProcess(grid: .harm(), startTimes: .spread(horizon: 10))
        process.fold(try Stratum(x1: 0, n1: 100, x0: 0, n0: 400))

        #expect(abs(process.logE) < 1e-12)
        #expect(process.largestLogE < 1e-12)
    }
}

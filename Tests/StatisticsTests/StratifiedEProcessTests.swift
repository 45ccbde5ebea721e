import RealModule
import Testing

@testable import Statistics

@Suite("Stratified e-process")
struct StratifiedEProcessTests {
    /// Reference values: scipy 1.17.1, `nchypergeom_fisher`.
    @Test("Evidence of each alternative and of their mixture agrees with the reference")
    func reference() throws {
        var process = StratifiedEProcess.harm()
        process.fold(try Stratum(x1: 3, n1: 500, x0: 2, n0: 500))
        process.fold(try Stratum(x1: 0, n1: 0, x0: 4, n0: 1000))
        process.fold(try Stratum(x1: 7, n1: 1000, x0: 1, n0: 1000))
        let expected = [
            0.33381670943001845, 0.6353466312924245, 1.0276661600364267, 1.3493535069890699,
            1.6722132326165116, 1.9151800932470966, 1.9951750219632745, 1.9022426711040028,
        ]
        #expect(areClose(process.logEByAlternative, expected, within: 1e-8))
        #expect(isClose(process.logE, 1.5068492971456073, within: 1e-8))
    }

    static let clusteredIntervals: [(x1: Int64, x0: Int64)] = [(1, 19), (3, 17), (2, 21), (4, 18), (5, 20)]

    /// Reference value: scipy 1.17.1, e^λ for each stratum and alternative with λ = 1/1.9.
    @Test("Tempered evidence agrees with the reference")
    func temperedReference() throws {
        var process = StratifiedEProcess.harm(tempering: .fixed(0.5263157894736842))
        for (x1, x0) in Self.clusteredIntervals {
            process.fold(try Stratum(x1: x1, n1: 100, x0: x0, n0: 1900))
        }
        #expect(isClose(process.logE, 2.451654970181186, within: 1e-8))
    }

    @Test("The estimated tempering factor comes from earlier intervals only and is never above one")
    func estimatedTempering() throws {
        let wild = try Stratum(x1: 30, n1: 100, x0: 20, n0: 1900)
        let tame = try Stratum(x1: 1, n1: 100, x0: 19, n0: 1900)
        var process = StratifiedEProcess.harm(tempering: .estimated)
        #expect(process.temperingFactor == 1)
        process.fold(wild)
        var untempered = StratifiedEProcess.harm()
        untempered.fold(wild)
        #expect(process.logE == untempered.logE)
        #expect(process.temperingFactor == 1 / (try #require(wild.dispersion)))
        process.fold(tame)
        let mean = try (#require(wild.dispersion) + #require(tame.dispersion)) / 2
        #expect(isClose(process.temperingFactor, 1 / mean, within: 1e-15))

        var calm = StratifiedEProcess.harm(tempering: .estimated)
        calm.fold(tame)
        #expect(calm.temperingFactor == 1)
    }

    @Test("Evidence does not depend on the order of intervals nor on the order within them")
    func orderOfFolding() throws {
        let strata = try StratumSamples(seed: 21).prefix(40)
        var random = SplitMix64(seed: 22)
        var (forwards, shuffled) = (StratifiedEProcess.twoSided(), StratifiedEProcess.twoSided())
        for stratum in strata { forwards.fold(stratum) }
        for stratum in strata.shuffled(using: &random) { shuffled.fold(stratum) }
        #expect(areClose(shuffled.logEByAlternative, forwards.logEByAlternative, within: 1e-9))

        var (interval, reversed) = (StratifiedEProcess.twoSided(), StratifiedEProcess.twoSided())
        interval.fold(interval: strata)
        reversed.fold(interval: strata.reversed())
        #expect(isClose(interval.logE, reversed.logE, within: 1e-9))
        #expect(isClose(interval.logE, forwards.logE, within: 1e-9))
        #expect((interval.intervals, forwards.intervals) == (1, 40))
    }

    @Test("A stratum that its margins fix changes nothing at all")
    func uninformative() throws {
        var process = StratifiedEProcess.harm(tolerance: 1.1)
        process.fold(try Stratum(x1: 3, n1: 100, x0: 20, n0: 1900))
        let before = process.logEByAlternative
        process.fold(try Stratum(x1: 0, n1: 0, x0: 20, n0: 1900))
        process.fold(try Stratum(x1: 0, n1: 100, x0: 0, n0: 1900))
        process.fold(interval: [])
        #expect(process.logEByAlternative == before)
    }

    @Test("Nothing is known before the first interval")
    func empty() {
        let process = StratifiedEProcess.harm(startTimes: .spread(horizon: 10))
        #expect((process.logE, process.anytimePValue, process.intervals) == (0, 1, 0))
        #expect(!process.rejects(at: 0.05))
    }

    @Test("The anytime p-value keeps the best evidence there ever was")
    func anytimePValue() throws {
        var process = StratifiedEProcess.harm()
        process.fold(try Stratum(x1: 20, n1: 100, x0: 20, n0: 1900))
        let peak = process.logE
        process.fold(try Stratum(x1: 0, n1: 1000, x0: 100, n0: 1900))
        #expect(process.logE < peak)
        #expect(process.anytimePValue == .exp(-peak))
        #expect(process.rejects(at: 0.05))
    }

    @Test("A total outage of the canary is proven at E ≥ 20 after four requests")
    func outage() throws {
        var process = StratifiedEProcess.harm()
        for _ in 1...3 { process.fold(try Stratum(x1: 1, n1: 1, x0: 0, n0: 19)) }
        #expect(!process.rejects(at: 0.05))
        process.fold(try Stratum(x1: 1, n1: 1, x0: 0, n0: 19))
        #expect(process.rejects(at: 0.05))
    }

    @Test("An equal canary becomes non-inferior, a canary at the margin does not")
    func nonInferiority() throws {
        var (equal, atMargin) = (
            StratifiedEProcess.nonInferiority(margin: 1.5), StratifiedEProcess.nonInferiority(margin: 1.5)
        )
        for _ in 1...40 {
            equal.fold(try Stratum(x1: 10, n1: 1000, x0: 10, n0: 1000))
            atMargin.fold(try Stratum(x1: 15, n1: 1005, x0: 10, n0: 1000))
        }
        #expect(equal.rejects(at: 0.05))
        #expect(atMargin.logE < 0)
    }

    @Test("Clusters of one user's requests raise false alarms, and tempering brings them down again")
    func clusteredNull() throws {
        let seed: UInt64 = 71
        func alarms(_ tempering: Tempering) throws -> Int {
            var random = SplitMix64(seed: seed)
            return try (0..<400).reduce(0) { alarms, _ in
                var process = StratifiedEProcess.harm(tempering: tempering)
                for _ in 0..<30 where !process.rejects(at: 0.05) {
                    // Ten requests for each user, 8 % bad on average with a correlation of 0.1 within a user.
                    let bad = [10, 190].map { users in
                        random.binomial(trials: 10 * random.binomial(trials: users, p: 0.465), p: 0.172)
                    }
                    process.fold(try Stratum(x1: bad[0], n1: 100, x0: bad[1], n0: 1900))
                }
                return alarms + (process.rejects(at: 0.05) ? 1 : 0)
            }
        }
        let (plain, tempered) = (try alarms(.none), try alarms(.estimated))
        #expect(plain > 28, "seed \(seed): \(plain) of 400")
        #expect(tempered <= 24, "seed \(seed): \(tempered) of 400, \(plain) without tempering")
    }

    /// A null hypothesis at its edge: the rates are those of the first twelve intervals.
    struct NullSetting: CustomTestStringConvertible {
        let testDescription: String
        let process: StratifiedEProcess
        let canaryRate: Double
        let stableRate: Double
    }

    static let nullSettings = [
        NullSetting(testDescription: "harm", process: .harm(), canaryRate: 0.03, stableRate: 0.03),
        NullSetting(
            testDescription: "harm with start times",
            process: .harm(startTimes: .spread(horizon: 25)),
            canaryRate: 0.03,
            stableRate: 0.03
        ),
        NullSetting(testDescription: "two-sided", process: .twoSided(), canaryRate: 0.2, stableRate: 0.2),
        NullSetting(
            testDescription: "non-inferiority at the margin",
            process: .nonInferiority(margin: 1.5),
            canaryRate: 3 / 53.0,
            stableRate: 2 / 52.0
        ),
    ]

    @Test("Under its null E reaches 20 in at most 5 % of the runs, however often one looks", arguments: nullSettings)
    func falseAlarms(setting: NullSetting) throws {
        let seed: UInt64 = 20_260_101
        var random = SplitMix64(seed: seed)
        let runs = 2000
        var alarms = 0
        for _ in 0..<runs {
            var process = setting.process
            for interval in 0..<25 where !process.rejects(at: 0.05) {
                // The share of the canary grows in the middle, and with it everybody's odds.
                let (n1, n0, factor): (Int64, Int64, Double) = interval < 12 ? (20, 380, 1) : (80, 320, 1.5)
                let rates = [setting.canaryRate, setting.stableRate].map { rate in
                    factor * rate / (1 - rate + factor * rate)
                }
                let x1 = random.binomial(trials: n1, p: rates[0])
                let x0 = random.binomial(trials: n0, p: rates[1])
                process.fold(try Stratum(x1: x1, n1: n1, x0: x0, n0: n0))
            }
            if process.rejects(at: 0.05) { alarms += 1 }
        }
        #expect(alarms <= runs / 20, "seed \(seed): \(alarms) alarms in \(runs) runs")
        #expect(alarms > 0, "a test that never fires has no power: seed \(seed)")
    }
}

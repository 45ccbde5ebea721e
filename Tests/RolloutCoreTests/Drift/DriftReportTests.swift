import RolloutCore
import Statistics
import Testing

@Suite("Two sets of signals compared")
struct DriftReportTests {
    /// With a standard deviation of 3; `mean` is in these.
    private static func normals(_ count: Int, mean: Double = 0, seed: UInt64) -> SignalTally {
        var random = SplitMix64(seed: seed)
        return .numbers((0..<count).map { _ in 3 * random.normal(mean: mean) }, role: .feature)
    }

    private static func report(_ reference: SignalTally, _ current: SignalTally) throws -> SignalDrift {
        let name = signalName("x")
        return try #require(DriftReport(reference: [name: reference], current: [name: current]).signals.first)
    }

    @Test("The same numbers have no distance at all")
    func identical() throws {
        let tally = Self.normals(4_000, seed: 1)
        let drift = try Self.report(tally, tally)

        #expect(drift.verdict == .stable)
        #expect(drift.distances.stabilityIndex == 0)
        #expect(drift.distances.jensenShannon == 0)
        #expect(drift.distances.kolmogorovSmirnov == 0)
        #expect(drift.distances.movement == 0)
        #expect(drift.distances.missingShareDifference == 0)
        #expect(drift.histogram.count == 20)
        #expect(abs(drift.histogram.reduce(0) { $0 + $1.currentShare } - 1) < 1e-9)
    }

    @Test("Numbers that moved by half a standard deviation have drifted, by about that much")
    func shifted() throws {
        let drift = try Self.report(Self.normals(4_000, seed: 1), Self.normals(4_000, mean: 0.5, seed: 2))

        #expect(drift.verdict == .drifted)
        #expect(abs((drift.distances.movement ?? 0) - 0.5) < 0.06)
        // PSI of two normals: the square of the shift, less what buckets hide.
        #expect((0.18...0.3).contains(drift.distances.stabilityIndex ?? 0))
        #expect((drift.distances.pValue ?? 1) < 1e-20)
        #expect(!drift.reasons.isEmpty)
    }

    @Test("A difference too small to matter is no drift, however sure it is")
    func significantButSmall() throws {
        let words = SignalTally.classes(["a": 500_000, "b": 500_000])
        let moved = SignalTally.classes(["a": 505_000, "b": 495_000])
        let drift = try Self.report(words, moved)

        #expect((drift.distances.pValue ?? 1) < 1e-8)
        #expect(drift.verdict == .stable)
    }

    @Test("A large difference over few rows is not judged")
    func tooFew() throws {
        let drift = try Self.report(Self.normals(40, seed: 1), Self.normals(40, mean: 0.2, seed: 2))

        #expect(drift.verdict == .tooFew)
        #expect((drift.distances.stabilityIndex ?? 0) > 0.1)
    }

    @Test("Nothing seen has no distance: undefined, neither 0 nor stable")
    func empty() throws {
        let drift = try Self.report(Self.normals(4_000, seed: 1), .numbers([], role: .feature))

        #expect(drift.verdict == .tooFew)
        #expect(drift.distances == DriftDistances())
    }

    @Test("Of a hundred equal signals hardly ever one is called drifted, and of moved ones all are")
    func falseDiscoveries() {
        var falseReports = 0
        for seed in 1...20 as ClosedRange<UInt64> {
            var random = SplitMix64(seed: seed)
            func words(_ share: Double) -> SignalTally {
                let a = random.binomial(300, share)
                return .classes(["a": a, "b": 300 - a])
            }
            let names = (0..<30).map { signalName("s\($0)") }
            let reference = Dictionary(uniqueKeysWithValues: names.map { ($0, words(0.5)) })
            var current = Dictionary(uniqueKeysWithValues: names.map { ($0, words(0.5)) })
            if DriftReport(reference: reference, current: current).verdict == .drifted { falseReports += 1 }
            for name in names.prefix(5) { current[name] = words(0.85) }
            let moved = DriftReport(reference: reference, current: current).signals.filter { $0.verdict == .drifted }
            #expect(Set(names.prefix(5)).isSubset(of: moved.map(\.name)), "seed \(seed)")
        }
        #expect(falseReports <= 2, "\(falseReports) of 20 reports of 30 equal signals")
    }

    @Test("A new word is named, and a signal that lost its values has drifted")
    func newAndMissing() throws {
        let name = signalName("x")
        let reference = SignalTally.classes(["cat": 900, "dog": 1_100])
        let current = SignalTally.classes(["cat": 500, "dog": 600, "fox": 400], missing: 500)
        let report = DriftReport(
            reference: [name: reference, signalName("gone"): reference],
            current: [name: current, signalName("new"): reference]
        )
        let drift = try #require(report.signals.first)

        #expect(drift.verdict == .drifted)
        #expect(drift.newWords == ["fox"])
        #expect(drift.distances.missingShareDifference == 0.25)
        #expect(report.missingSignals == [signalName("gone")])
        #expect(report.extraSignals == [signalName("new")])
        #expect(report.driftedShare == 1)
    }

    @Test("Words where numbers were have drifted: no row has a value any more")
    func otherKind() throws {
        let drift = try Self.report(Self.normals(4_000, seed: 1), .classes(["a": 500], role: .feature))

        #expect(drift.verdict == .drifted)
        #expect(drift.distances.missingShareDifference == 1)
    }

    @Test("A histogram with few edges is compared at these: the same data has not drifted")
    func coarseReference() throws {
        var random = SplitMix64(seed: 4)
        // Skewed, as most features are: within a bucket rows aren't spread evenly.
        let values = (0..<8_000).map { _ in random.normal() * random.normal() }.map { $0 * $0 }
        let (least, most) = (values.min() ?? 0, values.max() ?? 1)
        let width = (most - least) / 10
        let buckets = (0..<10).map { index in
            let (lower, upper) = (least + Double(index) * width, least + Double(index + 1) * width)
            let count = values.filter { ($0 > lower || index == 0) && ($0 <= upper || index == 9) }.count
            return BaselineSignal.Bucket(lower: lower, upper: upper, count: Int64(count))
        }
        let moments = Moments(values)
        let signal = try BaselineSignal(
            mean: moments.mean,
            deviation: (moments.populationVariance ?? 0).squareRoot(),
            missing: 0,
            buckets: buckets
        )
        let baseline = Baseline(signals: [signalName("x"): signal], origin: "a file")
        func report(_ values: [Double]) -> DriftReport {
            DriftReport(baseline: baseline, current: [signalName("x"): .numbers(values, role: .feature)])
        }

        #expect(report(values).verdict == .stable)
        #expect(report(values.map { $0 * 3 + 1 }).verdict == .drifted)
    }

    @Test("A baseline's own threshold is held against the robust distance")
    func ownThreshold() {
        let name = signalName("x")
        func verdict(_ threshold: Double?) -> DriftVerdict {
            let signal = BaselineSignal(
                tally: .classes(["a": 5_000, "b": 5_000]),
                constraint: SignalConstraint(driftThreshold: threshold)
            )
            let baseline = Baseline(signals: [name: signal], origin: "")
            return DriftReport(baseline: baseline, current: [name: .classes(["a": 6_500, "b": 3_500])]).verdict
        }

        #expect(verdict(nil) == .drifted)
        #expect(verdict(0.1) == .drifted)
        #expect(verdict(0.2) == .stable)
    }
}

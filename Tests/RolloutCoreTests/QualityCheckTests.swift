import RolloutCore
import Statistics
import Testing

@Suite("The check on quality")
struct QualityCheckTests {
    typealias Rows = [(label: LabelValue, prediction: Prediction)]

    static func check(
        _ check: Check,
        batches: Int,
        canary: QualityCounts,
        stable: QualityCounts
    ) -> CheckAssessment {
        var judge = Judge.warm(.fixture(checks: [check]))
        judge.label(batches, canary: canary, stable: stable)
        return judge.assess(afterIntervals: 2).checks[0]
    }

    @Test("A canary that is wrong more often fails, one that is as good passes once there are enough labels")
    func accuracy() {
        let stable = QualityCounts.binary(rows: 1_900, wrong: 152)

        let worse = Self.check(.quality(.accuracy), batches: 10, canary: .binary(rows: 100, wrong: 16), stable: stable)
        let few = Self.check(.quality(.accuracy), batches: 4, canary: .binary(rows: 100, wrong: 2), stable: stable)
        let good = Self.check(.quality(.accuracy), batches: 60, canary: .binary(rows: 100, wrong: 8), stable: stable)

        #expect(worse.verdict == .fail)
        #expect(
            worse.message
                == "the canary's accuracy is worse than stable's: 0.84 over 1000 labels, stable 0.92 over 19000"
        )
        #expect(few.promotion.isReached)
        #expect(few.verdict == .inconclusive)
        #expect(few.message.hasSuffix("400 of 500 labels for the canary's predictions"), "\(few.message)")
        #expect(good.verdict == .pass, "\(good.message)")
        #expect(good.measurement?.canary.value == 0.92)
        #expect(good.measurement?.canary.further["macroF1"] == 0.92)
    }

    @Test("Without labels there is no data, however long", arguments: [0, 50])
    func noLabels(rows: Int64) {
        let found = Self.check(.quality(), batches: 3, canary: QualityCounts(), stable: .binary(rows: rows, wrong: 0))

        #expect(found.verdict == .noData)
        #expect(found.message == "no labels for the predictions of the canary")
    }

    private static let regression: Rows = (0..<50).map {
        (label: .number(Double($0) + 0.25), prediction: Prediction(value: .number(Double($0) + 0.5)))
    }
    private static let scored: Rows = (0..<50).map {
        (label: .number($0.isMultiple(of: 2) ? 1 : 0), prediction: Prediction(score: $0.isMultiple(of: 2) ? 0.7 : 0.4))
    }

    @Test("Unless the plan says so, the first labels choose the measure")
    func naturalMeasure() {
        let classes = QualityCounts.binary(rows: 50, wrong: 4)
        for (rows, measure) in [
            (classes, "accuracy"), (.rows(Self.regression), "absoluteError"), (.rows(Self.scored), "brier"),
        ] {
            let found = Self.check(.quality(), batches: 1, canary: rows, stable: rows)
            #expect(found.measurement?.name == measure)
        }
        // What the first labels chose stays, whatever comes later.
        var judge = Judge.warm(.fixture(checks: [.quality()]))
        judge.label(1, canary: classes, stable: classes)
        judge.label(5, canary: .rows(Self.regression), stable: .rows(Self.regression), from: 3)
        #expect(judge.assess(afterIntervals: 2).checks[0].measurement?.name == "accuracy")
    }

    /// Of 100 rows: 40 of class 1, of which `missed` are predicted 0, and 60 of class 0, of which `alarms` are predicted 1.
    private static func confusion(missed: Int64, alarms: Int64, times: Int64) -> QualityCounts {
        var counts = QualityCounts()
        counts.labelled = 100 * times
        counts.confusion[ClassPair(label: "1", predicted: "1")] = (40 - missed) * times
        counts.confusion[ClassPair(label: "1", predicted: "0")] = missed * times
        counts.confusion[ClassPair(label: "0", predicted: "1")] = alarms * times
        counts.confusion[ClassPair(label: "0", predicted: "0")] = (60 - alarms) * times
        return counts
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let measure: QualityComparison.Measure
        let missed: Int64
        let alarms: Int64
        let verdict: Verdict
        var testDescription: String { "\(self.measure.rawValue), \(self.missed) missed, \(self.alarms) false alarms" }
    }

    /// Stable misses 4 and raises 6.
    static let cases: [Case] = [
        Case(measure: .recall, missed: 12, alarms: 6, verdict: .fail),
        Case(measure: .recall, missed: 4, alarms: 30, verdict: .pass),
        Case(measure: .precision, missed: 4, alarms: 20, verdict: .fail),
        Case(measure: .precision, missed: 4, alarms: 5, verdict: .pass),
        Case(measure: .specificity, missed: 4, alarms: 20, verdict: .fail),
        Case(measure: .specificity, missed: 20, alarms: 6, verdict: .pass),
        Case(measure: .f1, missed: 12, alarms: 20, verdict: .fail),
        Case(measure: .f1, missed: 4, alarms: 6, verdict: .pass),
        Case(measure: .macroF1, missed: 16, alarms: 20, verdict: .fail),
        Case(measure: .macroF1, missed: 4, alarms: 6, verdict: .pass),
    ]

    @Test("Each measure counts the units it is about, and only those", arguments: cases)
    func units(expected: Case) {
        let word = expected.measure.needsClass ? "1" : nil

        let found = Self.check(
            .quality(expected.measure, class: word),
            batches: 40,
            canary: Self.confusion(missed: expected.missed, alarms: expected.alarms, times: 2),
            stable: Self.confusion(missed: 4, alarms: 6, times: 38)
        )

        #expect(found.verdict == expected.verdict, "\(found.message)")
    }

    @Test("A class that loses is named")
    func namesClass() {
        let found = Self.check(
            .quality(.macroF1),
            batches: 40,
            canary: Self.confusion(missed: 16, alarms: 6, times: 2),
            stable: Self.confusion(missed: 4, alarms: 6, times: 38)
        )

        #expect(found.message.contains("most of all of '0', '1'"), "\(found.message)")
    }

    /// Scores of rows half of which are positive, the farther apart the better.
    private static func scores(_ random: inout SplitMix64, rows: Int, distance: Double) -> QualityCounts {
        .rows(
            (0..<rows).map { row in
                let isPositive = row.isMultiple(of: 2)
                let score = min(1, max(0, 0.5 + (isPositive ? distance : -distance) + random.normal(deviation: 0.2)))
                return (label: .number(isPositive ? 1 : 0), prediction: Prediction(score: score))
            }
        )
    }

    private static func errors(_ random: inout SplitMix64, rows: Int, deviation: Double) -> QualityCounts {
        .rows(
            (0..<rows).map { row in
                let truth = Double(row) + 0.123
                let value = truth + random.normal(deviation: deviation)
                return (label: .number(truth), prediction: Prediction(value: .number(value)))
            }
        )
    }

    @Test(
        "Measures of scores and numbers tell a worse canary from one as good",
        arguments: [.auc, .logLoss, .brier, .squaredError, .absoluteError] as [QualityComparison.Measure]
    )
    func means(measure: QualityComparison.Measure) {
        func verdict(isWorse: Bool, seed: UInt64) -> (Verdict, String) {
            var random = SplitMix64(seed: seed)
            var judge = Judge.warm(.fixture(checks: [.quality(measure) { $0.promotionMargin = 0.2 }]))
            for batch in 0..<30 {
                let isNumber = measure == .squaredError || measure == .absoluteError
                let (canary, stable) =
                    isNumber
                    ? (
                        Self.errors(&random, rows: 50, deviation: isWorse ? 2 : 1),
                        Self.errors(&random, rows: 450, deviation: 1)
                    )
                    : (
                        Self.scores(&random, rows: 50, distance: isWorse ? 0.02 : 0.15),
                        Self.scores(&random, rows: 450, distance: 0.15)
                    )
                judge.fold([
                    .labels(interval: 1, tick: batch + 2, weight: basisPoints(1_000), canary: canary, stable: stable)
                ])
            }
            let found = judge.assess(afterIntervals: 2).checks[0]
            return (found.verdict, found.message)
        }

        #expect(verdict(isWorse: true, seed: 1).0 == .fail, "\(verdict(isWorse: true, seed: 1))")
        #expect(verdict(isWorse: false, seed: 2).0 != .fail, "\(verdict(isWorse: false, seed: 2))")
        if measure != .absoluteError, measure != .squaredError {
            #expect(verdict(isWorse: false, seed: 3).0 == .pass, "\(verdict(isWorse: false, seed: 3))")
        }
    }

    @Test(
        "Of 80 rollouts of an equal model no more than α fail at any look",
        arguments: [
            .accuracy, .absoluteError, .brier,
        ] as [QualityComparison.Measure]
    )
    func falseAlarms(measure: QualityComparison.Measure) {
        var failed: [UInt64] = []
        for seed in 1...80 as ClosedRange<UInt64> {
            var random = SplitMix64(seed: seed)
            var judge = Judge.warm(.fixture(checks: [.quality(measure)]))
            for batch in 0..<6 {
                func draw(_ rows: Int) -> QualityCounts {
                    switch measure {
                    case .accuracy: .binary(rows: Int64(rows), wrong: random.binomial(Int64(rows), 0.1))
                    case .absoluteError: Self.errors(&random, rows: rows, deviation: 1)
                    default: Self.scores(&random, rows: rows, distance: 0.1)
                    }
                }
                let stratum = EvidenceStratum.labels(
                    interval: 1,
                    tick: batch + 2,
                    weight: basisPoints(2_500),
                    canary: draw(60),
                    stable: draw(180)
                )
                judge.fold([stratum])
            }
            if judge.assess(afterIntervals: 2).checks[0].harm.isReached { failed.append(seed) }
        }

        #expect(failed.count <= 4, "failed seeds \(failed)")
    }

    private static func squares(_ random: inout SplitMix64, _ rows: Int64, scale: Double = 1) -> QualityCounts {
        var counts = QualityCounts()
        counts.labelled = rows
        for _ in 0..<rows {
            let error = random.normal(deviation: scale.squareRoot()) * (random.unit() < 0.1 ? 3 : 1)
            counts.errors.add(error)
            counts.squaredErrors.add(error * error)
        }
        return counts
    }

    @Test("Of 12 rollouts of an equal model hardly one fails where stable has the fewer rows")
    func unevenSquares() {
        var plan = RolloutPlan.fixture(
            steps: [.init(weight: basisPoints(9_500))],
            checks: [.quality(.squaredError) { $0.minimumDifference = 0 }]
        )
        plan.alpha = 0.2
        var failed: [UInt64] = []
        for seed in 1...12 as ClosedRange<UInt64> {
            var random = SplitMix64(seed: seed)
            var judge = Judge.folding(
                [
                    .fixture(
                        interval: 0,
                        weight: basisPoints(9_500),
                        canary: .fixture(requests: 95),
                        stable: .fixture(requests: 5)
                    )
                ],
                plan: plan
            )
            for batch in 0..<40 {
                judge.fold([
                    .labels(
                        interval: 1,
                        tick: batch + 2,
                        weight: basisPoints(9_500),
                        canary: Self.squares(&random, 950),
                        stable: Self.squares(&random, 50)
                    )
                ])
            }
            if judge.assess(afterIntervals: 2).checks[0].harm.isReached { failed.append(seed) }
        }

        #expect(failed.count <= 2, "failed seeds \(failed)")
    }

    @Test(
        "A loss of quality that begins late is not averaged away",
        arguments: [.brier, .squaredError, .absoluteError, .macroF1] as [QualityComparison.Measure]
    )
    func lateLoss(measure: QualityComparison.Measure) {
        func rows(_ count: Int, worse: Bool) -> QualityCounts {
            switch measure {
            case .macroF1: return .binary(rows: Int64(count), wrong: Int64(count) / (worse ? 5 : 20))
            case .brier, .auc, .logLoss:
                return .rows(
                    (0..<count).map { row in
                        let happened = row.isMultiple(of: 2)
                        let sure = worse && row % 5 == 0 ? 0.3 : 0.8
                        return (
                            label: .number(happened ? 1 : 0), prediction: Prediction(score: happened ? sure : 1 - sure)
                        )
                    }
                )
            case .squaredError, .absoluteError, .accuracy, .precision, .recall, .specificity, .f1:
                return .rows(
                    (0..<count).map { row in
                        let error = Double(row % 10 + 1) * (worse ? 1.4 : 1)
                        return (label: .number(100.25), prediction: Prediction(value: .number(100.25 + error)))
                    }
                )
            }
        }
        let least: [QualityComparison.Measure: Double] = [
            .brier: 0.02, .squaredError: 0.4, .absoluteError: 0.1, .macroF1: 0.1,
        ]
        let check = Check.quality(measure) { $0.minimumDifference = least[measure] ?? 0 }
        var judge = Judge.warm(.fixture(checks: [check]))
        let (good, bad) = (rows(200, worse: false), rows(200, worse: true))
        func label(_ ticks: Range<Int>, canary: QualityCounts) {
            for tick in ticks {
                judge.fold([
                    .labels(interval: 1, tick: tick, weight: basisPoints(5_000), canary: canary, stable: good)
                ])
            }
        }
        label(2..<302, canary: good)
        let before = judge.assess(afterIntervals: 2).checks[0].verdict
        label(302..<362, canary: bad)

        let found = judge.assess(afterIntervals: 2).checks[0]

        #expect(before != .fail)
        #expect(found.verdict == .fail, "\(measure): \(found.message) \(found.harm)")
    }

    @Test("A named slice is judged by itself, and slices are shown")
    func slices() {
        let check = Check.quality(.accuracy) { $0.slice = "region=eu" }
        var judge = Judge.warm(.fixture(checks: [check]))
        for tick in 2..<20 {
            judge.fold([
                .fixture(
                    interval: 1,
                    tick: tick,
                    canary: .labels(
                        .binary(rows: 200, wrong: 10),
                        slices: ["region=eu": .binary(rows: 40, wrong: 10), "region=us": .binary(rows: 160, wrong: 0)]
                    ),
                    stable: .labels(
                        .binary(rows: 3_800, wrong: 190),
                        slices: [
                            "region=eu": .binary(rows: 760, wrong: 38), "region=us": .binary(rows: 3_040, wrong: 152),
                        ]
                    )
                )
            ])
        }

        let found = judge.assess(afterIntervals: 2).checks[0]

        #expect(found.verdict == .fail, "\(found.message)")
        #expect(found.measurement?.canary.units == 720)
        #expect(found.slices?.map(\.slice) == ["region=us", "region=eu"])
        #expect(found.slices?.map(\.canary.value) == [1, 0.75])
    }
}

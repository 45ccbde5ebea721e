import RolloutCore
import Statistics
import Testing

@Suite("Measures of quality")
struct QualityMeasureTests {
    /// 30 hits, 10 misses, 20 false alarms, 40 right refusals.
    static let binary: QualityCounts = {
        var counts = QualityCounts()
        counts.labelled = 100
        counts.confusion = [
            ClassPair(label: "1", predicted: "1"): 30, ClassPair(label: "1", predicted: "0"): 10,
            ClassPair(label: "0", predicted: "1"): 20, ClassPair(label: "0", predicted: "0"): 40,
        ]
        return counts
    }()

    @Test(
        "Values and units of the measures that count rows",
        arguments: [
            (.accuracy, 0.7, 30, 100), (.precision, 0.6, 20, 50), (.recall, 0.75, 10, 40),
            (.specificity, 2.0 / 3, 20, 60), (.f1, 2.0 / 3, 30, 60),
        ] as [(QualityComparison.Measure, Double, Int64, Int64)]
    )
    func units(measure: QualityComparison.Measure, value: Double, bad: Int64, units: Int64) throws {
        let found = try #require(Self.binary.units(of: measure, class: "1"))

        #expect(abs((Self.binary.value(of: measure, class: "1") ?? 0) - value) < 1e-12)
        #expect(found == (bad, units))
    }

    @Test("Macro-F1 is the mean over the classes that occur")
    func macroF1() {
        // F1 of 1 is 2/3, of 0 is 80/110.
        #expect(abs((Self.binary.macroF1 ?? 0) - (2.0 / 3 + 80.0 / 110) / 2) < 1e-12)
    }

    @Test("Measures of numbers")
    func numbers() {
        let counts = QualityCounts.rows(
            [(1.5, 2.5), (2.5, 2.5), (4.25, 2.25)].map {
                (label: .number($0.0), prediction: Prediction(value: .number($0.1)))
            }
        )

        #expect(abs((counts.value(of: .absoluteError) ?? 0) - 1) < 0.04)
        #expect(abs((counts.value(of: .squaredError) ?? 0) - 5.0 / 3) < 1e-12)
        #expect(abs((counts.determination ?? 0) - (1 - 5 / 3.875)) < 1e-12)
    }

    @Test("Measures of scores")
    func scores() {
        let counts = QualityCounts.rows(
            [(1, 0.9), (1, 0.4), (0, 0.5), (0, 0.1)].map {
                (label: .number($0.0), prediction: Prediction(score: $0.1))
            }
        )

        #expect(abs((counts.value(of: .auc) ?? 0) - 0.75) < 1e-12)
        #expect(abs((counts.value(of: .brier) ?? 0) - (0.01 + 0.36 + 0.25 + 0.01) / 4) < 1e-12)
    }

    @Test("Undefined is absent, never 0", arguments: QualityComparison.Measure.allCases)
    func undefined(measure: QualityComparison.Measure) {
        #expect(QualityCounts().value(of: measure, class: "1") == nil)
        #expect(QualityCounts().rows(of: measure) == 0)
        #expect(QualityCounts().naturalMeasure == nil)
    }
}

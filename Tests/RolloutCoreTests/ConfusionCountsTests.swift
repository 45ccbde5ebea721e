import Foundation
import Statistics
import Testing

@testable import RolloutCore

@Suite("Confusion matrices of many classes")
struct ConfusionCountsTests {
    /// Right for two rows of three, of 1 000 classes.
    private static let rows: [QualityCounts] = (0..<3_000).map { row in
        let (label, predicted) = ("c\(row % 1_000)", "c\((row % 1_000 + (row % 3 == 0 ? 1 : 0)) % 1_000)")
        return QualityCounts(
            label: .category(label),
            prediction: Prediction(value: .category(predicted)),
            positiveClass: nil
        )
    }

    @Test("Beyond 200 classes the others are counted together, and right and wrong stay exact")
    func bounded() throws {
        var counts = QualityCounts()
        for row in Self.rows { counts.merge(row) }

        #expect(counts.classes.count == 200)
        #expect(counts.confusion.count < 202 * 202)
        #expect((counts.classified, counts.right) == (3_000, 2_000))
        #expect(counts.value(of: .accuracy) == 2_000.0 / 3_000)
        let stored = try JSONDecoder().decode(QualityCounts.self, from: JSONEncoder().encode(counts))
        #expect(stored == counts)
    }

    @Test("Order and grouping make no difference, and whatever is kept apart was counted in full")
    func order() {
        var forward = QualityCounts()
        var (first, second) = (QualityCounts(), QualityCounts())
        for (index, row) in Self.rows.enumerated() {
            forward.merge(row)
            if index % 7 < 3 { first.merge(row) } else { second.merge(row) }
        }
        second.merge(first)

        #expect(second.confusion == forward.confusion)
        #expect(forward.rowsByLabel.filter { forward.classes.contains($0.key) }.values.allSatisfy { $0 == 3 })
    }

    @Test("Outcomes of all classes at once are those of each by itself")
    func outcomes() {
        let counts = QualityMeasureTests.binary

        #expect(
            counts.outcomesByClass
                == Dictionary(uniqueKeysWithValues: counts.classes.map { ($0, counts.outcomes(of: $0)) })
        )
    }

    @Test(
        "Numbers that nobody declared are classes when they are whole and below 10 000",
        arguments: [(7, 9_999, true), (7, 10_000, false), (-10_000, 7, false), (3, 3.5, false)]
            as [(Double, Double, Bool)]
    )
    func wholeNumbers(truth: Double, predicted: Double, isClass: Bool) {
        let counts = QualityCounts(
            label: .number(truth),
            prediction: Prediction(value: .number(predicted)),
            positiveClass: nil
        )

        #expect((counts.classified == 1, counts.squaredErrors.count == 0) == (isClass, isClass))
    }
}

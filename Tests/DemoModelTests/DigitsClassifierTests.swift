import Testing

@testable import DemoModel

@Suite("The classifiers answer as scikit-learn trained them")
struct DigitsClassifierTests {
    @Test("Every held-out prediction equals scikit-learn's", arguments: DemoVariant.allCases)
    func predictionsEqualReference(variant: DemoVariant) throws {
        let archive = try DigitsArchive.embedded()
        let classifier = try DigitsClassifier(variant: variant, archive: archive)
        let expected = try archive.version(variant).heldOutPredictions

        let predicted = try DemoRow.heldOut().map { row in
            let probabilities = classifier.probabilities(of: row.pixels.map(Double.init))
            return "\(probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? -1)"
        }

        #expect(predicted.joined() == expected)
    }

    @Test("The probabilities equal scikit-learn's to nine decimals", arguments: DemoVariant.allCases)
    func probabilitiesEqualReference(variant: DemoVariant) throws {
        let archive = try DigitsArchive.embedded()
        let classifier = try DigitsClassifier(variant: variant, archive: archive)
        let row = try #require(try DemoRow.heldOut().first)

        let probabilities = classifier.probabilities(of: row.pixels.map(Double.init))

        let differences = zip(probabilities, try archive.version(variant).firstRowProbabilities).map { abs($0 - $1) }
        #expect(differences.count == DigitsClassifier.classCount)
        #expect(differences.allSatisfy { $0 <= 1e-9 })
    }

    @Test("The accuracies are those that README.md states", arguments: [(DemoVariant.v1, 482), (.v2, 489)])
    func accuracyIsAsStated(variant: DemoVariant, right: Int) throws {
        let archive = try DigitsArchive.embedded()
        let predictions = try archive.version(variant).heldOutPredictions

        #expect(zip(predictions, archive.heldOutLabels).count { $0 == $1 } == right)
        #expect(archive.heldOutLabels.count == 500)
    }

    @Test("Pixels of any finite size give probabilities, not NaN", arguments: DemoVariant.allCases)
    func hugePixelsStayFinite(variant: DemoVariant) throws {
        let classifier = try DigitsClassifier(variant: variant, archive: .embedded())

        let probabilities = classifier.probabilities(
            of: Array(repeating: Double(Float.greatestFiniteMagnitude), count: 64)
        )

        #expect(probabilities.allSatisfy { $0.isFinite })
        #expect(abs(probabilities.reduce(0, +) - 1) < 1e-9)
    }
}

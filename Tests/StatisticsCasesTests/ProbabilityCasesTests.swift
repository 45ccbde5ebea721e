import Testing

@testable import StatisticsCases

@Suite("Predicted probabilities")
struct ProbabilityCasesTests {
    @Test("Answers agree with the reference", arguments: references)
    func reference(golden: GoldenCase) throws { try golden.check() }

    /// Computed with scikit-learn 1.9.1 and numpy 2.4.6.
    private static let references = GoldenCase.list(
        #"""
        {"op": "log_loss", "inputs": {"y_true": [0, 0, 0, 1, 1, 0, 0, 1, 0, 1, 1, 1, 1], "p": [0.89, 0.01, 0.13,
          0.89, 0.41, 0.08, 0.52, 0.84, 0.73, 0.99, 0.2, 0.76, 0.73], "clip": 1e-15}, "expected": {"log_loss":
          0.6057225062994861, "brier": 0.2134769230769231}}

        {"op": "log_loss", "inputs": {"y_true": [0, 0, 0, 1, 1, 0, 0, 1, 0, 1, 1, 1, 1], "p": [0.89, 0.01, 0.13,
          0.89, 0.41, 0.08, 0.52, 0.84, 0.73, 0.99, 0.2, 0.76, 0.73], "clip": 1e-06}, "expected": {"log_loss":
          0.6057225062994861, "brier": 0.2134769230769231}}

        {"op": "log_loss_multi", "inputs": {"y_true": [1, 1], "proba": [[0.2416273888229305,
          0.7583726111770694], [0.989804532522033, 0.010195467477967126]], "labels": [0, 1]}, "expected":
          2.4311962325020864}

        {"op": "log_loss_multi", "inputs": {"y_true": [0, 1, 2, 0], "proba": [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1],
          [0.3, 0.3, 0.4], [0.2, 0.5, 0.3]], "labels": [0, 1, 2]}, "expected": 0.7763867848902994}

        {"op": "ece", "inputs": {"y_true": [0, 1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 1, 0], "p":
          [1, 1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1, 1, 1, 1, 0, 1, 0], "bins": 5}, "expected":
          0.44999999999999996}

        {"op": "ece", "inputs": {"y_true": [0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 0], "p":
          [0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 0], "bins": 10}, "expected": 0.4}
        """#
    )
}

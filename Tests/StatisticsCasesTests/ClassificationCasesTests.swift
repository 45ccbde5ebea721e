import Testing

@testable import StatisticsCases

@Suite("Predicted classes")
struct ClassificationCasesTests {
    @Test("Answers agree with the reference", arguments: references)
    func reference(golden: GoldenCase) throws { try golden.check() }

    /// Computed with scikit-learn 1.9.1.
    private static let references = GoldenCase.list(
        #"""
        {"op": "binary_metrics", "inputs": {"y_true": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
          1, 1], "y_pred": [0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1, 1, 0, 1]}, "expected":
          {"accuracy": 0.6666666666666666, "precision": 1, "recall": 0.6666666666666666, "f1": 0.8,
          "specificity": 0, "mcc": 0, "balanced_accuracy": 0.6666666666666666, "confusion": [[0, 0], [7, 14]]}}

        {"op": "binary_metrics", "inputs": {"y_true": [0, 1, 1, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 0, 0, 1,
          0, 0], "y_pred": [0, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1]}, "expected":
          {"accuracy": 0.47619047619047616, "precision": 0.5, "recall": 0.7272727272727273, "f1":
          0.5925925925925926, "specificity": 0.2, "mcc": -0.08528028654224416, "balanced_accuracy":
          0.4636363636363636, "confusion": [[2, 8], [3, 8]]}}

        {"op": "multiclass_metrics", "inputs": {"y_true": [2, 2, 0, 0, 1, 0, 0, 1, 1, 3, 1, 3, 3, 2, 1, 2, 0, 2,
          2, 2, 0], "y_pred": [2, 2, 0, 2, 0, 0, 2, 1, 2, 0, 0, 1, 1, 2, 1, 1, 1, 0, 0, 0, 1]}, "expected":
          {"accuracy": 0.3333333333333333, "macro": {"precision": 0.2589285714285714, "recall":
          0.2904761904761905, "f1": 0.2701465201465202}, "weighted": {"precision": 0.30612244897959184,
          "recall": 0.3333333333333333, "f1": 0.3148438862724577}, "micro": {"precision": 0.3333333333333333,
          "recall": 0.3333333333333333, "f1": 0.3333333333333333}}}

        {"op": "multiclass_metrics", "inputs": {"y_true": [0, 2, 1, 1, 2, 1, 3, 2, 1, 3, 0, 0, 1, 3, 3, 0, 3, 2,
          0, 2, 0], "y_pred": [0, 2, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 0, 1, 2, 0, 1, 2, 1, 0, 2]}, "expected":
          {"accuracy": 0.38095238095238093, "macro": {"precision": 0.30714285714285716, "recall":
          0.3833333333333333, "f1": 0.325}, "weighted": {"precision": 0.31632653061224486, "recall":
          0.38095238095238093, "f1": 0.32857142857142857}, "micro": {"precision": 0.38095238095238093, "recall":
          0.38095238095238093, "f1": 0.38095238095238093}}}

        {"op": "f1_units", "inputs": {"tp": 80, "fp": 15, "fn": 25}, "expected": {"f1": 0.8, "units": 120,
          "bad": 40, "jaccard": 0.6666666666666666}}

        {"op": "f1_units", "inputs": {"tp": 81, "fp": 94, "fn": 76}, "expected": {"f1": 0.4879518072289157,
          "units": 251, "bad": 170, "jaccard": 0.32270916334661354}}
        """#
    )
}

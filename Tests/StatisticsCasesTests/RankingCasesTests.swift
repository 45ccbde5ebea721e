import Testing

@testable import StatisticsCases

@Suite("Ranking by scores")
struct RankingCasesTests {
    @Test("Answers agree with the reference", arguments: references)
    func reference(golden: GoldenCase) throws { try golden.check() }

    /// Computed with scikit-learn 1.9.1 and the formulas of the operations in numpy 2.4.6.
    private static let references = GoldenCase.list(
        #"""
        {"op": "roc_auc", "inputs": {"y_true": [1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1], "score": [0.356, 0.675,
          0.601, 0.227, 0.037, 0.294, 0.22, 0.277, 0.825, 0.922, 0.767, 0.304, 0.892]}, "expected": {"roc_auc":
          0.7, "average_precision": 0.5392857142857143, "gini": 0.3999999999999999}}

        {"op": "roc_auc", "inputs": {"y_true": [0, 1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 1, 0],
          "score": [1, 1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1, 1, 1, 1, 0, 1, 0]}, "expected": {"roc_auc":
          0.5208333333333333, "average_precision": 0.6102564102564103, "gini": 0.04166666666666652}}

        {"op": "roc_auc", "inputs": {"y_true": [0, 0, 0, 0, 0], "score": [0.48, 0.44, 0.85, 0.08, 0.98]},
          "expected": null}

        {"op": "roc_auc", "inputs": {"y_true": [0, 0, 0, 0, 0], "score": [0, 0, 0, 1, 0]}, "expected": null}

        {"op": "roc_auc_histogram", "inputs": {"y_true": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
          "score": [0.96, 0.43, 0.88, 0.03, 0.72, 0.52, 0.59, 0.03, 0.25, 0.42, 0.3, 0.55, 0, 0.57, 0.43, 0.26,
          0.49], "bins": 10}, "expected": null}

        {"op": "roc_auc_histogram", "inputs": {"y_true": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
          1, 1, 1], "score": [0.9, 0.1, 0.5, 1, 0, 0.9, 0.8, 0.9, 0.7, 0.6, 0.3, 0.6, 0.9, 0.1, 0.7, 0.7, 0.9,
          1, 0.6, 0.6, 1], "bins": 5}, "expected": null}

        {"op": "roc_auc_histogram", "inputs": {"y_true": [0, 1, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1,
          0], "score": [1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1], "bins": 100}, "expected":
          {"auc": 0.3068181818181818, "lower": 0.09090909090909091, "upper": 0.5227272727272727}}

        {"op": "roc_auc_histogram", "inputs": {"y_true": [0, 0, 0, 1, 1, 0, 0, 1, 0, 1, 1, 1, 1], "score":
          [0.89, 0.01, 0.13, 0.89, 0.41, 0.08, 0.52, 0.84, 0.73, 0.99, 0.2, 0.76, 0.73], "bins": 1}, "expected":
          {"auc": 0.5, "lower": 0, "upper": 1}}

        {"op": "auc_se", "inputs": {"auc": 0.18640935215425603, "n_pos": 316, "n_neg": 309}, "expected":
          0.017210543160202752}

        {"op": "auc_se", "inputs": {"auc": 0.41920058499213875, "n_pos": 403, "n_neg": 419}, "expected":
          0.019809870976372775}

        {"op": "auc_delong_histogram", "inputs": {"pos": [1, 2, 4, 8, 15, 20], "neg": [40, 30, 20, 12, 6, 2]},
          "expected": {"auc": 0.9041818181818182, "var": 0.000670916382080924}}

        {"op": "auc_delong_histogram", "inputs": {"pos": [5, 2, 1, 2, 5, 3], "neg": [4, 10, 4, 10, 3, 3]},
          "expected": {"auc": 0.5473856209150326, "var": 0.009097051319217005}}
        """#
    )
}

import Testing

@testable import StatisticsCases

@Suite("Tests of two samples")
struct TwoSampleCasesTests {
    @Test("Answers agree with the reference", arguments: references)
    func reference(golden: GoldenCase) throws { try golden.check() }

    /// Computed with scipy 1.17.1 and statsmodels 0.15.0.
    private static let references = GoldenCase.list(
        #"""
        {"op": "ks_2samp", "inputs": {"a": [-2, 2, 0, 0, -1, 0, 0, 0, -1, 2, 1, 1], "b": [-3.078, 0.7036,
          -1.4156, 1.8608, 2.3618, 1.0405, 1.7402, 4.3823, -3.8805], "method": "exact"}, "expected":
          {"statistic": 0.3888888888888889, "pvalue": 0.34458204334365333}}

        {"op": "ks_2samp", "inputs": {"a": [0.3, -1.4, -0.3, -0.7, -0.6, 0.1, 0.3, -0.1, 1, -0.5, 2.4, 0.6, 2.4,
          0.7, 0.8, -0.5], "b": [2.2171], "method": "exact", "alternative": "two-sided"}, "expected":
          {"statistic": 0.875, "pvalue": 0.35294117647058826}}

        {"op": "ks_2samp", "inputs": {"a": [0.3, -1.4, -0.3, -0.7, -0.6, 0.1, 0.3, -0.1, 1, -0.5, 2.4, 0.6, 2.4,
          0.7, 0.8, -0.5], "b": [2.2171], "method": "exact", "alternative": "less"}, "expected": {"statistic":
          0.125, "pvalue": 0.8823529411764706}}

        {"op": "ks_2samp", "inputs": {"a": [0.3, -1.4, -0.3, -0.7, -0.6, 0.1, 0.3, -0.1, 1, -0.5, 2.4, 0.6, 2.4,
          0.7, 0.8, -0.5], "b": [2.2171], "method": "exact", "alternative": "greater"}, "expected":
          {"statistic": 0.875, "pvalue": 0.17647058823529413}}

        {"op": "ks_2samp", "inputs": {"a": [0.3, -1.4, -0.3, -0.7, -0.6, 0.1, 0.3, -0.1, 1, -0.5, 2.4, 0.6, 2.4,
          0.7, 0.8, -0.5], "b": [2.2171], "method": "asymp", "alternative": "two-sided"}, "expected":
          {"statistic": 0.875, "pvalue": 0.25}}

        {"op": "ks_2samp", "inputs": {"a": [0.3, -1.4, -0.3, -0.7, -0.6, 0.1, 0.3, -0.1, 1, -0.5, 2.4, 0.6, 2.4,
          0.7, 0.8, -0.5], "b": [2.2171], "method": "asymp", "alternative": "less"}, "expected": {"statistic":
          0.125, "pvalue": 0.8890097654027757}}

        {"op": "ks_2samp", "inputs": {"a": [0.3, -1.4, -0.3, -0.7, -0.6, 0.1, 0.3, -0.1, 1, -0.5, 2.4, 0.6, 2.4,
          0.7, 0.8, -0.5], "b": [2.2171], "method": "asymp", "alternative": "greater"}, "expected":
          {"statistic": 0.875, "pvalue": 0.127604003979795}}

        {"op": "ks_2samp", "inputs": {"a": [-2, 2, 0, 0, -1, 0, 0, 0, -1, 2, 1, 1], "b": [-3.078, 0.7036,
          -1.4156, 1.8608, 2.3618, 1.0405, 1.7402, 4.3823, -3.8805], "method": "asymp"}, "expected":
          {"statistic": 0.38888888888888895, "pvalue": 0.33965312875747233}}

        {"op": "ks_2samp", "inputs": {"a": [0.3, -1.4, -0.3, -0.7, -0.6, 0.1, 0.3, -0.1, 1, -0.5, 2.4, 0.6, 2.4,
          0.7, 0.8, -0.5], "b": [2.2171], "method": "auto", "alternative": "two-sided"}, "expected":
          {"statistic": 0.875, "pvalue": 0.35294117647058826}}

        {"op": "ks_2samp", "inputs": {"a": [0.3, -1.4, -0.3, -0.7, -0.6, 0.1, 0.3, -0.1, 1, -0.5, 2.4, 0.6, 2.4,
          0.7, 0.8, -0.5], "b": [2.2171], "method": "auto", "alternative": "less"}, "expected": {"statistic":
          0.125, "pvalue": 0.8823529411764706}}

        {"op": "ks_2samp", "inputs": {"a": [0.3, -1.4, -0.3, -0.7, -0.6, 0.1, 0.3, -0.1, 1, -0.5, 2.4, 0.6, 2.4,
          0.7, 0.8, -0.5], "b": [2.2171], "method": "auto", "alternative": "greater"}, "expected": {"statistic":
          0.875, "pvalue": 0.17647058823529413}}

        {"op": "ks_2samp", "inputs": {"a": [-2, 2, 0, 0, -1, 0, 0, 0, -1, 2, 1, 1], "b": [-3.078, 0.7036,
          -1.4156, 1.8608, 2.3618, 1.0405, 1.7402, 4.3823, -3.8805], "method": "auto"}, "expected":
          {"statistic": 0.3888888888888889, "pvalue": 0.34458204334365333}}

        {"op": "chi2_contingency", "inputs": {"table": [[874, 959, 849, 915, 881], [18, 14, 21, 12, 24]],
          "yates": false}, "expected": {"statistic": 6.749528146491313, "pvalue": 0.14973151614776586, "dof":
          4}}

        {"op": "chi2_contingency", "inputs": {"table": [[874, 959, 849, 915, 881], [18, 14, 21, 12, 24]],
          "yates": true}, "expected": {"statistic": 6.749528146491313, "pvalue": 0.14973151614776586, "dof": 4}}

        {"op": "chi2_contingency", "inputs": {"table": [[0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 1, 0]], "yates": true},
          "expected": null}

        {"op": "chi2_contingency", "inputs": {"table": [[0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 1, 0]], "yates":
          false}, "expected": null}

        {"op": "mann_whitney", "inputs": {"a": [0.43], "b": [1.8, 2.3, -0.8, -2.9, -0.2, 0.4, -1.1, -1.8, -2.9,
          1.2, 3, 0.4, 0.2, -0.7], "method": "exact", "alternative": "two-sided", "continuity": true},
          "expected": {"U": 10, "pvalue": 0.6666666666666666, "auc": 0.7142857142857143}}

        {"op": "mann_whitney", "inputs": {"a": [0.43], "b": [1.8, 2.3, -0.8, -2.9, -0.2, 0.4, -1.1, -1.8, -2.9,
          1.2, 3, 0.4, 0.2, -0.7], "method": "exact", "alternative": "two-sided", "continuity": false},
          "expected": {"U": 10, "pvalue": 0.6666666666666666, "auc": 0.7142857142857143}}

        {"op": "mann_whitney", "inputs": {"a": [0.43], "b": [1.8, 2.3, -0.8, -2.9, -0.2, 0.4, -1.1, -1.8, -2.9,
          1.2, 3, 0.4, 0.2, -0.7], "method": "exact", "alternative": "less", "continuity": true}, "expected":
          {"U": 10, "pvalue": 0.7333333333333334, "auc": 0.7142857142857143}}

        {"op": "mann_whitney", "inputs": {"a": [0.43], "b": [1.8, 2.3, -0.8, -2.9, -0.2, 0.4, -1.1, -1.8, -2.9,
          1.2, 3, 0.4, 0.2, -0.7], "method": "exact", "alternative": "less", "continuity": false}, "expected":
          {"U": 10, "pvalue": 0.7333333333333334, "auc": 0.7142857142857143}}

        {"op": "mann_whitney", "inputs": {"a": [0.43], "b": [1.8, 2.3, -0.8, -2.9, -0.2, 0.4, -1.1, -1.8, -2.9,
          1.2, 3, 0.4, 0.2, -0.7], "method": "exact", "alternative": "greater", "continuity": true}, "expected":
          {"U": 10, "pvalue": 0.3333333333333333, "auc": 0.7142857142857143}}

        {"op": "mann_whitney", "inputs": {"a": [0.43], "b": [1.8, 2.3, -0.8, -2.9, -0.2, 0.4, -1.1, -1.8, -2.9,
          1.2, 3, 0.4, 0.2, -0.7], "method": "exact", "alternative": "greater", "continuity": false},
          "expected": {"U": 10, "pvalue": 0.3333333333333333, "auc": 0.7142857142857143}}

        {"op": "mann_whitney", "inputs": {"a": [0.43], "b": [1.8, 2.3, -0.8, -2.9, -0.2, 0.4, -1.1, -1.8, -2.9,
          1.2, 3, 0.4, 0.2, -0.7], "method": "asymptotic", "alternative": "two-sided", "continuity": true},
          "expected": {"U": 10, "pvalue": 0.562134736409149, "auc": 0.7142857142857143}}

        {"op": "mann_whitney", "inputs": {"a": [0.43], "b": [1.8, 2.3, -0.8, -2.9, -0.2, 0.4, -1.1, -1.8, -2.9,
          1.2, 3, 0.4, 0.2, -0.7], "method": "asymptotic", "alternative": "two-sided", "continuity": false},
          "expected": {"U": 10, "pvalue": 0.4866741395092947, "auc": 0.7142857142857143}}

        {"op": "mann_whitney", "inputs": {"a": [0.43], "b": [1.8, 2.3, -0.8, -2.9, -0.2, 0.4, -1.1, -1.8, -2.9,
          1.2, 3, 0.4, 0.2, -0.7], "method": "asymptotic", "alternative": "less", "continuity": true},
          "expected": {"U": 10, "pvalue": 0.791473064578584, "auc": 0.7142857142857143}}

        {"op": "mann_whitney", "inputs": {"a": [0.43], "b": [1.8, 2.3, -0.8, -2.9, -0.2, 0.4, -1.1, -1.8, -2.9,
          1.2, 3, 0.4, 0.2, -0.7], "method": "asymptotic", "alternative": "less", "continuity": false},
          "expected": {"U": 10, "pvalue": 0.7566629302453527, "auc": 0.7142857142857143}}

        {"op": "mann_whitney", "inputs": {"a": [0.43], "b": [1.8, 2.3, -0.8, -2.9, -0.2, 0.4, -1.1, -1.8, -2.9,
          1.2, 3, 0.4, 0.2, -0.7], "method": "asymptotic", "alternative": "greater", "continuity": true},
          "expected": {"U": 10, "pvalue": 0.2810673682045745, "auc": 0.7142857142857143}}

        {"op": "mann_whitney", "inputs": {"a": [0.43], "b": [1.8, 2.3, -0.8, -2.9, -0.2, 0.4, -1.1, -1.8, -2.9,
          1.2, 3, 0.4, 0.2, -0.7], "method": "asymptotic", "alternative": "greater", "continuity": false},
          "expected": {"U": 10, "pvalue": 0.24333706975464736, "auc": 0.7142857142857143}}

        {"op": "mann_whitney", "inputs": {"a": [0.43], "b": [1.8, 2.3, -0.8, -2.9, -0.2, 0.4, -1.1, -1.8, -2.9,
          1.2, 3, 0.4, 0.2, -0.7], "method": "auto", "alternative": "two-sided", "continuity": true},
          "expected": {"U": 10, "pvalue": 0.562134736409149, "auc": 0.7142857142857143}}

        {"op": "mann_whitney", "inputs": {"a": [0.43], "b": [1.8, 2.3, -0.8, -2.9, -0.2, 0.4, -1.1, -1.8, -2.9,
          1.2, 3, 0.4, 0.2, -0.7], "method": "auto", "alternative": "two-sided", "continuity": false},
          "expected": {"U": 10, "pvalue": 0.4866741395092947, "auc": 0.7142857142857143}}

        {"op": "mann_whitney", "inputs": {"a": [0.43], "b": [1.8, 2.3, -0.8, -2.9, -0.2, 0.4, -1.1, -1.8, -2.9,
          1.2, 3, 0.4, 0.2, -0.7], "method": "auto", "alternative": "less", "continuity": true}, "expected":
          {"U": 10, "pvalue": 0.791473064578584, "auc": 0.7142857142857143}}

        {"op": "mann_whitney", "inputs": {"a": [0.43], "b": [1.8, 2.3, -0.8, -2.9, -0.2, 0.4, -1.1, -1.8, -2.9,
          1.2, 3, 0.4, 0.2, -0.7], "method": "auto", "alternative": "less", "continuity": false}, "expected":
          {"U": 10, "pvalue": 0.7566629302453527, "auc": 0.7142857142857143}}

        {"op": "mann_whitney", "inputs": {"a": [0.43], "b": [1.8, 2.3, -0.8, -2.9, -0.2, 0.4, -1.1, -1.8, -2.9,
          1.2, 3, 0.4, 0.2, -0.7], "method": "auto", "alternative": "greater", "continuity": true}, "expected":
          {"U": 10, "pvalue": 0.2810673682045745, "auc": 0.7142857142857143}}

        {"op": "mann_whitney", "inputs": {"a": [0.43], "b": [1.8, 2.3, -0.8, -2.9, -0.2, 0.4, -1.1, -1.8, -2.9,
          1.2, 3, 0.4, 0.2, -0.7], "method": "auto", "alternative": "greater", "continuity": false}, "expected":
          {"U": 10, "pvalue": 0.24333706975464736, "auc": 0.7142857142857143}}

        {"op": "two_proportion_z", "inputs": {"x1": 157, "n1": 322, "x2": 525, "n2": 525}, "expected":
          1.2250492659994958e-74}

        {"op": "two_proportion_z", "inputs": {"x1": 343, "n1": 694, "x2": 100, "n2": 100}, "expected":
          1.715333070236547e-21}

        {"op": "two_proportion_z", "inputs": {"x1": 929, "n1": 929, "x2": 665, "n2": 665}, "expected": null}

        {"op": "two_proportion_z", "inputs": {"x1": 528, "n1": 528, "x2": 160, "n2": 160}, "expected": null}

        {"op": "wilson_interval", "inputs": {"x": 929, "n": 929, "alpha": 0.01}, "expected": {"lower":
          0.9929086691559662, "upper": 1}}

        {"op": "wilson_interval", "inputs": {"x": 281, "n": 571, "alpha": 0.05}, "expected": {"lower":
          0.4513030887256764, "upper": 0.5330404204943027}}

        {"op": "ks_from_buckets", "inputs": {"a": [1, 1.5, 2.2, 2.25, 9, 30, 31, 100], "b": [1.01, 2.21, 3.3,
          8.9, 9.1, 101, 250], "gamma": 1.1}, "expected": {"statistic": 0.2142857142857143, "raw_statistic":
          0.2857142857142857}}
        """#
    )
}

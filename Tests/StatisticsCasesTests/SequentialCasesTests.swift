import Testing

@testable import StatisticsCases

@Suite("Evidence that grows")
struct SequentialCasesTests {
    @Test("Answers agree with the reference", arguments: references)
    func reference(golden: GoldenCase) throws { try golden.check() }

    /// Computed with the hypergeometric distribution of scipy 1.17.1.
    private static let references = GoldenCase.list(
        #"""
        {"op": "stratified_eprocess", "inputs": {"intervals": [{"x1": 2, "n1": 251, "x0": 1, "n0": 248}], "psi":
          [0.7, 0.8, 0.9, 1, 1.1], "weights": [0.2, 0.2, 0.2, 0.2, 0.2], "psi0": 1.5}, "expected":
          {"log_e_per_psi": [-0.3605554840381776, -0.2662613282128167, -0.19400995482887207,
          -0.13813492118188497, -0.09473013986835954], "log_e_mixture": -0.2063412555249995}, "tolerance":
          1e-08}

        {"op": "stratified_eprocess", "inputs": {"intervals": [{"x1": 0, "n1": 68, "x0": 0, "n0": 2377}, {"x1":
          0, "n1": 82, "x0": 0, "n0": 599}], "psi": [0.7, 0.8, 0.9, 1, 1.1], "weights": [0.2, 0.2, 0.2, 0.2,
          0.2], "psi0": 1.1}, "expected": {"log_e_per_psi": [0, 0, 0, 0, 0], "log_e_mixture": 0}, "tolerance":
          1e-08}

        {"op": "stratified_eprocess_tempered", "inputs": {"intervals": [{"x1": 0, "n1": 68, "x0": 0, "n0":
          2377}, {"x1": 0, "n1": 82, "x0": 0, "n0": 599}], "psi": [0.7, 0.8, 0.9, 1, 1.1], "lambda_":
          0.440161383128404}, "expected": {"log_e_mixture": 0}, "tolerance": 1e-08}

        {"op": "stratified_eprocess_tempered", "inputs": {"intervals": [{"x1": 121, "n1": 248, "x0": 240, "n0":
          471}, {"x1": 34, "n1": 34, "x0": 1351, "n0": 1351}], "psi": [0.7, 0.8, 0.9, 1, 1.1], "lambda_":
          0.15386459281391723}, "expected": {"log_e_mixture": -0.05626166693369461}, "tolerance": 1e-08}

        {"op": "start_time_mixture", "inputs": {"log_e_increments": [-0.2, -0.1, -0.3, -0.15, 0.4, 0.7, 0.6,
          0.9, 0.5, 0.8], "weights": [0.55, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05]}, "expected":
          [-0.10502511169770146, -0.15935700157446708, -0.3251716905283305, -0.41012710696361143,
          -0.14275341349225018, 0.43379873527930535, 0.9889494788444486, 1.8666285450821738, 2.3635815208399986,
          3.1635815208399984]}

        {"op": "start_time_mixture", "inputs": {"log_e_increments": [-0.11300812866538806, -0.5734388047629634,
          0.38797447842327903, -0.42801138593230353], "weights": [0.625, 0.125, 0.125, 0.125]}, "expected":
          [-0.06912006706078755, -0.45405333283649557, -0.13146720623645622, -0.5594785921687597]}

        {"op": "latency_exceedance", "inputs": {"prior_stable": [9, 5.3, 15.7, 30.6, 62.6, 22.4, 11.6, 9.2,
          42.5, 103, 26.4, 5.9, 7.7, 99.5, 24.6, 3.6, 18.5, 6.3, 10.7, 12.3, 9.8, 34.9, 18.9, 11.1, 30.3, 46.1,
          3.9, 15.5, 7.5, 16.9], "interval_stable": [9, 5.3, 15.7, 30.6, 62.6, 22.4, 11.6, 9.2, 42.5, 103, 26.4,
          5.9], "interval_test": [70.3, 145, 1.9, 21.4, 67.6, 94.8, 47.2, 109.6, 32.8, 0.5], "gamma": 1.1,
          "shift": 0}, "expected": [{"q": 0.5, "bucket": 29, "x1": 8, "x0": 6}, {"q": 0.9, "bucket": 41, "x1":
          5, "x0": 2}, {"q": 0.95, "bucket": 49, "x1": 2, "x0": 0}, {"q": 0.99, "bucket": 49, "x1": 2, "x0":
          0}]}

        {"op": "latency_exceedance", "inputs": {"prior_stable": [9, 5.3, 15.7, 30.6, 62.6, 22.4, 11.6, 9.2,
          42.5, 103, 26.4, 5.9, 7.7, 99.5, 24.6, 3.6, 18.5, 6.3, 10.7, 12.3, 9.8, 34.9, 18.9, 11.1, 30.3, 46.1,
          3.9, 15.5, 7.5, 16.9], "interval_stable": [9, 5.3, 15.7, 30.6, 62.6, 22.4, 11.6, 9.2, 42.5, 103, 26.4,
          5.9], "interval_test": [70.3, 145, 1.9, 21.4, 67.6, 94.8, 47.2, 109.6, 32.8, 0.5], "gamma": 1.1,
          "shift": 2}, "expected": [{"q": 0.5, "bucket": 29, "x1": 8, "x0": 6}, {"q": 0.9, "bucket": 41, "x1":
          5, "x0": 2}, {"q": 0.95, "bucket": 49, "x1": 1, "x0": 0}, {"q": 0.99, "bucket": 49, "x1": 1, "x0":
          0}]}

        {"op": "srm_eprocess", "inputs": {"cells": [{"n1": 400, "n0": 9600, "weight": 0.05}, {"n1": 0, "n0": 0,
          "weight": 0.05}, {"n1": 2100, "n0": 7900, "weight": 0.25}], "psi": [1.5, 2, 0.6666666666666666, 0.5]},
          "expected": {"log_e": 23.135888428579992}}
        """#
    )
}

import Testing

@testable import StatisticsCases

@Suite("Limits that hold at every look")
struct ConfidenceSequenceCasesTests {
    @Test("Answers agree with the reference", arguments: references)
    func reference(golden: GoldenCase) throws { try golden.check() }

    /// Computed with confseq 0.0.11 and the formulas of the operations solved with scipy 1.17.1.
    private static let references = GoldenCase.list(
        #"""
        {"op": "normal_mixture_bound", "inputs": {"v": 0.7359069418011455, "alpha": 0.01, "v_opt":
          262.19975649535843, "alpha_opt": 0.01, "one_sided": false}, "expected": 14.727758815759547,
          "tolerance": 1e-07}

        {"op": "normal_mixture_bound", "inputs": {"v": 2729.1521336168826, "alpha": 0.05, "v_opt":
          159.22354885165447, "alpha_opt": 0.01, "one_sided": false}, "expected": 175.92441564185478,
          "tolerance": 1e-07}

        {"op": "normal_mixture_bound", "inputs": {"v": 0.7359069418011455, "alpha": 0.01, "v_opt":
          262.19975649535843, "alpha_opt": 0.01, "one_sided": true}, "expected": 14.551822062602294,
          "tolerance": 1e-07}

        {"op": "normal_mixture_bound", "inputs": {"v": 2729.1521336168826, "alpha": 0.05, "v_opt":
          159.22354885165447, "alpha_opt": 0.01, "one_sided": true}, "expected": 163.6567352012801, "tolerance":
          1e-07}

        {"op": "empirical_process_lil_bound", "inputs": {"t": 1000, "alpha": 0.025, "t_min": 100, "A": 0.85},
          "expected": 0.08422018076284843, "tolerance": 1e-07}

        {"op": "asymptotic_cs_halfwidth", "inputs": {"sd": 0.16231435063086896, "n": 9448, "alpha": 0.05,
          "n_star": 5000, "one_sided": true}, "expected": 0.0046713977555625525}

        {"op": "asymptotic_cs_halfwidth", "inputs": {"sd": 0.23180222364571965, "n": 7071, "alpha": 0.05,
          "n_star": 1000, "one_sided": true}, "expected": 0.00810593891344166}

        {"op": "asymptotic_cs_halfwidth", "inputs": {"sd": 0.16231435063086896, "n": 9448, "alpha": 0.05,
          "n_star": 5000, "one_sided": false}, "expected": 0.00510565386722065}

        {"op": "asymptotic_cs_halfwidth", "inputs": {"sd": 0.23180222364571965, "n": 7071, "alpha": 0.05,
          "n_star": 1000, "one_sided": false}, "expected": 0.008810591995129007}

        {"op": "asymptotic_cs_halfwidth_se", "inputs": {"se": 0.16231435063086896, "n": 9448, "alpha": 0.05,
          "n_star": 5000, "one_sided": false}, "expected": 0.4962737580603092}

        {"op": "asymptotic_cs_halfwidth_se", "inputs": {"se": 0.23180222364571965, "n": 7071, "alpha": 0.05,
          "n_star": 1000, "one_sided": false}, "expected": 0.7408759699538433}

        {"op": "asymptotic_cs_halfwidth_se", "inputs": {"se": 0.16231435063086896, "n": 9448, "alpha": 0.05,
          "n_star": 5000, "one_sided": true}, "expected": 0.45406370659621764}

        {"op": "asymptotic_cs_halfwidth_se", "inputs": {"se": 0.23180222364571965, "n": 7071, "alpha": 0.05,
          "n_star": 1000, "one_sided": true}, "expected": 0.6816222290400995}
        """#
    )
}

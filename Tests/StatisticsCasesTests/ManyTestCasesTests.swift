import Testing

@testable import StatisticsCases

@Suite("Many tests")
struct ManyTestCasesTests {
    @Test("Answers agree with the reference", arguments: references)
    func reference(golden: GoldenCase) throws { try golden.check() }

    /// Computed with numpy 2.4.6.
    private static let references = GoldenCase.list(
        #"""
        {"op": "benjamini_hochberg", "inputs": {"p": [0.097, 0.044, 0.001, 0.001, 0.02, 0.172, 0.003, 0.077,
          0.045, 0.017, 0.008, 0.008, 0.131, 0.01, 0.005, 0.364, 0.004, 0.006], "q": 0.1}, "expected": [1, 2, 3,
          4, 6, 7, 8, 9, 10, 11, 13, 14, 16, 17]}

        {"op": "benjamini_hochberg", "inputs": {"p": [0.216, 0.238, 0.005, 0.328, 0.05, 0.346, 0, 0.116, 0.249,
          0.312, 0.003, 0.255, 0.059, 0.001, 0.291, 0.068, 0.141, 0.144], "q": 0.05}, "expected": [2, 6, 10,
          13]}

        {"op": "e_bh", "inputs": {"e": [8.9, 11.2, 233.7, 2.9, 42.6, 0.5, 0.4, 110.9, 17.4, 86.1, 20.9],
          "alpha": 0.05}, "expected": [2, 7, 9]}

        {"op": "e_bh", "inputs": {"e": [14.7, 19.2, 6.3, 0.9, 87, 11.8, 142.2, 0.3, 2.8, 2.4, 4.2], "alpha":
          0.05}, "expected": []}
        """#
    )
}

import Testing

@testable import StatisticsCases

@Suite("Planned looks")
struct PlannedLookCasesTests {
    @Test("Answers agree with the reference", arguments: references)
    func reference(golden: GoldenCase) throws { try golden.check() }

    /// Computed by numerical integration elsewhere.
    private static let references = GoldenCase.list(
        #"""
        {"op": "repeated_significance_fpr", "inputs": {"z": 1.959963985, "looks": 10}, "expected":
          0.19335796883463297, "tolerance": 0.0005}

        {"op": "alpha_spending_bounds", "inputs": {"spending": "lan-demets-pocock", "alpha_one_sided": 0.025,
          "looks": 5}, "expected": [2.4379766880500116, 2.42681146201742, 2.410189040417076, 2.396640893010359,
          2.3859875322063946], "tolerance": 0.002}
        """#
    )
}

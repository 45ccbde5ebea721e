import Testing

@testable import StatisticsCases

@Suite("Field quality")
struct QualityCasesTests {
    @Test("Answers agree with the reference", arguments: references)
    func reference(golden: GoldenCase) throws { try golden.check() }

    /// Counted by hand.
    private static let references = GoldenCase.list(
        #"""
        {"op": "data_quality", "inputs": {"values": [1, null, 3, "x", -5, 200, null], "type": "number", "min":
          0, "max": 100}, "expected": {"n": 7, "missing": 2, "type_mismatch": 1, "out_of_range": 2, "valid": 2}}

        {"op": "data_quality_cat", "inputs": {"values": ["a", "b", "z", null, "a", "q"], "domain": ["a", "b",
          "c"]}, "expected": {"n": 6, "missing": 1, "unseen": 2, "unseen_share_of_present": 0.4}}
        """#
    )
}

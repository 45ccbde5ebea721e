import RolloutCore
import Statistics

/// Which of many tests to believe.
enum ManyTestCases {
    static let operations: [String: CaseTable.Operation] = [
        "benjamini_hochberg": pValues,
        "e_bh": eValues,
    ]

    /// A test without a p-value is never rejected, but counts among the tests.
    private static func pValues(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let values = try inputs.optionalNumbers("p", .probability).map { $0 ?? 1 }
        let rate = try inputs.number("q", .openShare, default: 0.05)
        return .counts(MultipleTesting.benjaminiHochberg(pValues: values, rate: rate).map(Int64.init))
    }

    private static func eValues(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let values = try inputs.optionalNumbers("e", .evidence).map { $0 ?? 0 }
        let alpha = try inputs.number("alpha", .openShare, default: 0.05)
        return .counts(MultipleTesting.eBenjaminiHochberg(eValues: values, alpha: alpha).map(Int64.init))
    }
}

import RolloutCore
import Statistics

/// How well scores rank positives above negatives.
enum RankingCases {
    static let operations: [String: CaseTable.Operation] = [
        "roc_auc": area,
        "roc_auc_histogram": areaOfHistogram,
        "auc_se": standardError,
        "auc_delong_histogram": areaVariance,
    ]

    private static func area(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let (truth, scores) = try self.rows(&inputs)
        let curve = ROCCurve(truth: truth, scores: scores)
        return .fields([
            "roc_auc": .number(curve?.area?.value),
            "average_precision": .number(curve?.averagePrecision),
            "gini": .number(curve?.gini),
        ])
    }

    private static func areaOfHistogram(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let (truth, scores) = try self.rows(&inputs)
        let bins = try inputs.integer("bins", in: 1...1_000_000)
        let area = ROCCurve(truth: truth, scores: scores, bins: bins)?.area
        return .fields([
            "auc": .number(area?.value),
            "lower": .number(area?.interval.lower),
            "upper": .number(area?.interval.upper),
        ])
    }

    private static func rows(_ inputs: inout CaseInputs) throws(InvalidValue) -> (truth: [Bool], scores: [Double]) {
        let positive = try inputs.label("pos_label", default: .number(1))
        let (truth, scores) = (try inputs.labels("y_true"), try inputs.optionalNumbers("score"))
        let rows = try inputs.rows(("y_true", truth), ("score", scores))
        return (rows.map { $0.first == positive }, rows.map(\.second))
    }

    private static func standardError(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let area = try inputs.number("auc", .probability)
        let (positives, negatives) = (try inputs.count("n_pos"), try inputs.count("n_neg"))
        return .number(ROCCurve.standardError(area: area, positives: positives, negatives: negatives))
    }

    private static func areaVariance(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let (positives, negatives) = (try inputs.counts("pos"), try inputs.counts("neg"))
        guard positives.count == negatives.count else {
            throw InvalidValue("must have as many bins as pos: \(positives.count)", at: inputs.place("neg"))
        }
        let curve = ROCCurve(positives: positives, negatives: negatives)
        return .fields(["auc": .number(curve.area?.value), "var": .number(curve.areaVariance)])
    }
}

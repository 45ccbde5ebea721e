import ControlWire
import RolloutCore
import Statistics

/// Predicted classes against true ones, in the conventions of scikit-learn.
enum ClassificationCases {
    static let operations: [String: CaseTable.Operation] = [
        "binary_metrics": binary,
        "multiclass_metrics": multiclass,
        "f1_units": jaccardUnits,
    ]

    private static func binary(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let positive = try inputs.label("pos_label", default: .number(1))
        let rows = try self.rows(&inputs)
        let undefined = try self.zeroDivision(&inputs)
        guard !rows.isEmpty else { return .undefined }
        let outcomes = BinaryOutcomes(
            truth: rows.map { $0.first == positive },
            predicted: rows.map { $0.second == positive }
        )
        return .fields([
            "accuracy": .number(outcomes.accuracy),
            "precision": .number(outcomes.precision ?? undefined),
            "recall": .number(outcomes.recall ?? undefined),
            "f1": .number(outcomes.f1 ?? undefined),
            "specificity": .number(outcomes.specificity ?? undefined),
            // A correlation without variance is 0 there, whatever the convention for divisions.
            "mcc": .number(outcomes.matthewsCorrelation ?? 0),
            "balanced_accuracy": .number(outcomes.balancedAccuracy),
            "confusion": .list([
                .counts([outcomes.trueNegatives, outcomes.falsePositives]),
                .counts([outcomes.falseNegatives, outcomes.truePositives]),
            ]),
        ])
    }

    private static func multiclass(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let rows = try self.rows(&inputs)
        guard !rows.isEmpty else { return .undefined }
        let matrix = ConfusionMatrix(truth: rows.map(\.first), predicted: rows.map(\.second))
        func scores(_ averaging: ConfusionMatrix.Averaging) -> CaseAnswer {
            .fields([
                "precision": .number(matrix.average(averaging, of: \.precision)),
                "recall": .number(matrix.average(averaging, of: \.recall)),
                "f1": .number(matrix.average(averaging, of: \.f1)),
            ])
        }
        return .fields([
            "accuracy": .number(matrix.accuracy),
            "macro": scores(.macro),
            "weighted": scores(.weighted),
            "micro": scores(.micro),
        ])
    }

    /// Rows without a label, or without a prediction, are no rows.
    private static func rows(
        _ inputs: inout CaseInputs
    ) throws(InvalidValue) -> [(first: CaseLabel, second: CaseLabel)] {
        let (truth, predicted) = (try inputs.labels("y_true"), try inputs.labels("y_pred"))
        return try inputs.rows(("y_true", truth), ("y_pred", predicted))
    }

    /// What a score without a denominator is: 0 unless said otherwise.
    private static func zeroDivision(_ inputs: inout CaseInputs) throws(InvalidValue) -> Double? {
        guard let value = inputs.value("zero_division") else { return 0 }
        switch value {
        case .number(0), .number(1): return value == .number(1) ? 1 : 0
        case .string("NaN"), .string("nan"): return nil
        case .string("warn"): return 0
        case .null, .bool, .number, .string, .array, .object:
            throw InvalidValue("must be 0, 1 or NaN; got \(JSONText.of(value))", at: inputs.place("zero_division"))
        }
    }

    private static func jaccardUnits(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let outcomes = BinaryOutcomes(
            truePositives: try inputs.count("tp"),
            falsePositives: try inputs.count("fp"),
            falseNegatives: try inputs.count("fn")
        )
        return .fields([
            "f1": .number(outcomes.f1),
            "units": .count(outcomes.jaccardUnits.total),
            "bad": .count(outcomes.jaccardUnits.bad),
            "jaccard": .number(outcomes.jaccard),
        ])
    }
}

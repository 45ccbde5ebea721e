import RolloutCore
import Statistics

/// What a sample of numbers, or of numeric predictions, is summed up in.
enum SummaryCases {
    static let operations: [String: CaseTable.Operation] = [
        "regression_metrics": regression,
        "quantiles": quantiles,
        "ddsketch_quantiles": sketchQuantiles,
        "moments_merge": mergedMoments,
        "monotone_trend": monotoneTrend,
    ]

    private static func regression(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let (truth, predicted) = (try inputs.optionalNumbers("y_true"), try inputs.optionalNumbers("y_pred"))
        let rows = try inputs.rows(("y_true", truth), ("y_pred", predicted))
        let (y, prediction) = (rows.map(\.first), rows.map(\.second))
        let errors = RegressionErrors(truth: y, predicted: prediction)
        return .fields([
            "mae": .number(errors.meanAbsoluteError),
            "rmse": .number(errors.rootMeanSquaredError),
            "r2": .number(errors.determination),
            "median_ae": .number(RegressionErrors.medianAbsoluteError(truth: y, predicted: prediction)),
            "mape": .number(errors.meanAbsolutePercentageError),
            "bias": .number(errors.bias),
        ])
    }

    private static func quantiles(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let values = try inputs.sample("x")
        let shares = try inputs.numbers("q", .probability)
        guard let sample = OrderedSample(values) else { return .undefined }
        return .fields([
            "linear": .numbers(shares.map(sample.interpolatedQuantile)),
            "nearest_rank": .numbers(shares.map(sample.nearestRankQuantile)),
        ])
    }

    private static func sketchQuantiles(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let values = try inputs.sample("x").filter(\.isFinite)
        let accuracy = try inputs.number("alpha", .openShare)
        let shares = try inputs.numbers("q", .probability)
        // Two halves, merged: a sketch that lost anything by it would be of no use.
        var (sketch, second) = (
            LogarithmicSketch(relativeAccuracy: accuracy), LogarithmicSketch(relativeAccuracy: accuracy)
        )
        for value in values.prefix(values.count / 2) { sketch.add(value) }
        for value in values.dropFirst(values.count / 2) { second.add(value) }
        sketch.merge(second)
        guard let sample = OrderedSample(values) else { return .undefined }
        return .fields([
            "ddsketch": .list(shares.map { .number(sketch.quantile($0)) }),
            "exact_nearest_rank": .numbers(shares.map { sample.values[Int($0 * Double(sample.values.count - 1))] }),
        ])
    }

    private static func mergedMoments(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let values = try inputs.optionalNumbers("x")
        let sizes = inputs.isPresent("split") ? try inputs.counts("split") : [Int64(values.count)]
        guard sizes.reduce(0, +) == Int64(values.count) else {
            throw InvalidValue("must add up to the \(values.count) values of x", at: inputs.place("split"))
        }
        var rest = values[...]
        let moments = sizes.reduce(into: Moments()) { moments, size in
            moments.merge(Moments(rest.prefix(Int(size)).compactMap(\.self)))
            rest = rest.dropFirst(Int(size))
        }
        return .fields([
            "n": .count(moments.count),
            "mean": .number(moments.count > 0 ? moments.mean : nil),
            "var_sample": .number(moments.sampleVariance),
            "var_pop": .number(moments.populationVariance),
        ])
    }

    private static func monotoneTrend(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let (times, values) = (try inputs.optionalNumbers("t"), try inputs.optionalNumbers("x"))
        let rows = try inputs.rows(("t", times), ("x", values))
        let trend = MonotoneTrend(times: rows.map(\.first), values: rows.map(\.second))
        return .fields(["slope": .number(trend?.slope), "pvalue": .number(trend?.pValue)])
    }
}

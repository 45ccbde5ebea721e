import RolloutCore
import Statistics

/// Limits that hold at every look.
enum ConfidenceSequenceCases {
    static let operations: [String: CaseTable.Operation] = [
        "normal_mixture_bound": normalMixture,
        "empirical_process_lil_bound": empiricalDistribution,
        "asymptotic_cs_halfwidth": halfWidth,
        "asymptotic_cs_halfwidth_se": halfWidthOfStandardError,
        "bounded_mean_cs": boundedMean,
        "msprt": normalMixtureTest,
    ]

    private static func normalMixture(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let sides = try self.sides(&inputs)
        let optimum = (
            variance: try inputs.number("v_opt", .positive),
            alpha: try inputs.number("alpha_opt", sides == .one ? .belowHalf : .openShare, default: 0.05)
        )
        return .number(
            TimeUniformBound.normalMixture(
                variance: try inputs.number("v", .notNegative),
                alpha: try inputs.number("alpha", .openShare),
                optimum: optimum,
                sides: sides
            )
        )
    }

    private static func empiricalDistribution(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        .number(
            TimeUniformBound.empiricalDistribution(
                rows: try inputs.number("t", .notNegative),
                alpha: try inputs.number("alpha", .openShare),
                start: try inputs.number("t_min", .positive),
                slope: try inputs.number("A", .aboveRootHalf, default: 0.85)
            )
        )
    }

    private static func halfWidth(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let deviation = try inputs.number("sd", .notNegative)
        let (sequence, rows) = try self.sequence(&inputs)
        // A mean of no rows is uncertain without limit.
        return .number(sequence.halfWidth(standardError: deviation / rows.squareRoot(), rows: rows))
    }

    private static func halfWidthOfStandardError(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let error = try inputs.number("se", .notNegative)
        let (sequence, rows) = try self.sequence(&inputs)
        return .number(sequence.halfWidth(standardError: error, rows: rows))
    }

    private static func sequence(
        _ inputs: inout CaseInputs
    ) throws(InvalidValue) -> (sequence: AsymptoticConfidenceSequence, rows: Double) {
        let sides = try self.sides(&inputs)
        let sequence = AsymptoticConfidenceSequence(
            alpha: try inputs.number("alpha", sides == .one ? .belowHalf : .openShare),
            sides: sides,
            plannedRows: try inputs.number("n_star", .positive, default: 5000)
        )
        return (sequence, try inputs.number("n", .notNegative))
    }

    private static func sides(_ inputs: inout CaseInputs) throws(InvalidValue) -> Sides {
        try inputs.flag("one_sided", default: false) ? .one : .two
    }

    private static func boundedMean(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let values = try inputs.sample("x", .probability)
        var sequence = BoundedMeanSequence(alpha: try inputs.number("alpha", .openShare, default: 0.05))
        for value in values { sequence.add(value) }
        return .fields(["lower": .number(sequence.interval.lower), "upper": .number(sequence.interval.upper)])
    }

    private static func normalMixtureTest(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let test = NormalMixtureTest(priorVariance: try inputs.number("tau2", .positive))
        let difference = try inputs.number("d")
        return .number(test.logE(difference: difference, variance: try inputs.number("v", .notNegative)))
    }
}

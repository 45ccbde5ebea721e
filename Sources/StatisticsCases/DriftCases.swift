import ControlWire
import RolloutCore
import Statistics

/// How far two distributions are apart.
enum DriftCases {
    static let operations: [String: CaseTable.Operation] = [
        "psi_counts": populationStability,
        "psi_null_expectation": expectationWithoutDrift,
        "psi_pvalue": populationStabilityPValue,
        "psi_adjusted": adjustedPopulationStability,
        "psi_values_deciles": populationStabilityOfValues,
        "js_distance": jensenShannon,
        "hellinger": hellinger,
        "l_infinity": lInfinity,
        "wasserstein": wasserstein,
    ]

    private static func populationStability(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let (reference, current) = try inputs.distributions("ref", "cur")
        let smoothing = try self.smoothing(&inputs)
        return .number(PopulationStability.index(reference: reference, current: current, smoothing: smoothing))
    }

    private static func expectationWithoutDrift(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        .number(try self.stability(index: 0, &inputs)?.expectationWithoutDrift)
    }

    private static func populationStabilityPValue(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let index = try inputs.number("psi", .unrestricted)
        return .number(index.isNaN ? nil : try self.stability(index: index, &inputs)?.pValue)
    }

    private static func adjustedPopulationStability(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let index = try inputs.number("psi", .unrestricted)
        let adjusted = try self.stability(index: index, &inputs)?.adjusted
        return .number(index.isNaN ? nil : adjusted)
    }

    /// Without rows on a side an index says nothing.
    private static func stability(
        index: Double,
        _ inputs: inout CaseInputs
    ) throws(InvalidValue) -> PopulationStability? {
        let (n, m) = (try inputs.count("n"), try inputs.count("m"))
        let buckets = try inputs.integer("bins", in: 1...1_000_000)
        guard n > 0, m > 0 else { return nil }
        return PopulationStability(index: index, currentCount: n, referenceCount: m, buckets: buckets)
    }

    private static func populationStabilityOfValues(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let (reference, current) = (try inputs.sample("ref"), try inputs.sample("cur"))
        let buckets = try inputs.integer("bins", in: 2...10_000, default: 10)
        let smoothing = try self.smoothing(&inputs)
        guard let cuts = QuantileCuts(reference: reference, buckets: buckets) else { return .undefined }
        let (referenceCounts, currentCounts) = (cuts.counts(of: reference), cuts.counts(of: current))
        let index = PopulationStability.index(
            reference: referenceCounts.map(Double.init),
            current: currentCounts.map(Double.init),
            smoothing: smoothing
        )
        return .fields([
            "edges": .numbers(cuts.cuts),
            "ref_counts": .counts(referenceCounts),
            "cur_counts": .counts(currentCounts),
            "psi": .number(index),
        ])
    }

    /// The name of a convention, or a share to put in the place of 0. Absent: Jeffreys's; null: none.
    private static func smoothing(_ inputs: inout CaseInputs) throws(InvalidValue) -> ShareSmoothing {
        guard let value = inputs.value("smoothing") else { return .jeffreys }
        switch value {
        case .number(0), .bool(false): return .none
        case .number(let share) where share > 0 && share < 1: return .filled(share)
        case .string(let name):
            switch name.lowercased() {
            case "jeffreys": return .jeffreys
            case "laplace": return .added(1)
            case "none", "raw": return .none
            case let name where name.contains("evidently"): return .filledAsEvidently
            case let name: if let share = self.numeral(in: name), share > 0, share < 1 { return .filled(share) }
            }
        case .null, .bool, .number, .array, .object: break
        }
        throw InvalidValue(
            "must be jeffreys, laplace, none, evidently, or a share above 0 and below 1 that replaces empty ones; "
                + "got \(JSONText.of(value))",
            at: inputs.place("smoothing")
        )
    }

    /// The number in a name such as "fill-1e-4" or "0.0001 fill".
    private static func numeral(in name: String) -> Double? {
        let digits = name.drop { !$0.isWholeNumber }.prefix { $0.isWholeNumber || ".e-".contains($0) }
        return digits.lastIndex { $0.isWholeNumber }.flatMap { Double(digits[...$0]) }
    }

    private static func jensenShannon(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let (p, q) = try inputs.distributions("p", "q")
        let base = try self.logarithmBase(&inputs)
        return .number(DistributionDistance.jensenShannon(masses: p, q, base: base))
    }

    /// e when absent, as in scipy and Evidently.
    private static func logarithmBase(_ inputs: inout CaseInputs) throws(InvalidValue) -> Double {
        let e = 2.718281828459045
        guard let value = inputs.value("base") else { return e }
        switch value {
        case .number(let base) where base > 1 && base.isFinite: return base
        case .string("e"), .string("natural"): return e
        case .string(let text):
            if let base = Double(text), base > 1, base.isFinite { return base }
        case .null, .bool, .number, .array, .object: break
        }
        throw InvalidValue("must be e or a number above 1; got \(JSONText.of(value))", at: inputs.place("base"))
    }

    private static func hellinger(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let (p, q) = try inputs.distributions("p", "q")
        return .number(DistributionDistance.hellinger(masses: p, q))
    }

    private static func lInfinity(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let (reference, current) = try inputs.distributions("ref", "cur")
        return .number(DistributionDistance.lInfinity(masses: reference, current))
    }

    private enum Scale: String, CaseIterable {
        case none
        /// Evidently's: the reference's standard deviation with divisor n, 0.001 at least.
        case reference
    }

    private static func wasserstein(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let (a, b) = (try inputs.sample("a"), try inputs.sample("b"))
        let scale = try inputs.choice("normalise", default: Scale.none)
        guard let distance = DistributionDistance.wasserstein(a, b) else { return .undefined }
        switch scale {
        case .none: return .number(distance)
        case .reference: return .number(distance / max((Moments(a).populationVariance ?? 0).squareRoot(), 0.001))
        }
    }
}

import RolloutCore
import Statistics

/// Evidence that may be looked at after every interval.
enum SequentialCases {
    static let operations: [String: CaseTable.Operation] = [
        "stratified_eprocess": stratified,
        "stratified_eprocess_tempered": tempered,
        "start_time_mixture": startTimes,
        "srm_eprocess": sampleRatio,
        "latency_exceedance": exceedance,
        "discordant_pairs": discordantPairs,
        "shiryaev_roberts": changeDetection,
    ]

    private static func stratified(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let evidence = try self.evidence(&inputs, tempering: .none)
        return .fields(["log_e_per_psi": .numbers(evidence.perRatio), "log_e_mixture": .number(evidence.mixture)])
    }

    private static func tempered(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let factor = try inputs.number("lambda_", .halfOpenShare)
        return .fields(["log_e_mixture": .number(try self.evidence(&inputs, tempering: .fixed(factor)).mixture)])
    }

    private static func evidence(
        _ inputs: inout CaseInputs,
        tempering: Tempering
    ) throws(InvalidValue) -> (perRatio: [Double], mixture: Double) {
        let grid = try self.grid(&inputs, null: try inputs.number("psi0", .positive, default: 1))
        let weights = try self.weights(&inputs)
        let strata = try inputs.records("intervals", self.stratum)
        if let weights, weights.count != grid.alternatives.count {
            throw InvalidValue("must be one for each psi: \(grid.alternatives.count)", at: inputs.place("weights"))
        }
        var process = StratifiedEProcess(grid: grid, tempering: tempering)
        for stratum in strata { process.fold(stratum) }
        let mixture = weights.map { LogDomain.mixture(process.logEByAlternative, weights: $0) } ?? process.logE
        return (process.logEByAlternative, mixture)
    }

    private static func grid(_ inputs: inout CaseInputs, null: Double) throws(InvalidValue) -> OddsRatioGrid {
        let ratios = try inputs.numbers("psi", .positive)
        guard !ratios.isEmpty else { throw InvalidValue("must name one odds ratio at least", at: inputs.place("psi")) }
        return OddsRatioGrid(null: null, alternatives: ratios)
    }

    /// Nil when absent: equal ones.
    private static func weights(_ inputs: inout CaseInputs) throws(InvalidValue) -> [Double]? {
        guard inputs.isPresent("weights") else { return nil }
        let weights = try inputs.numbers("weights", .notNegative)
        // More than 1 would be evidence out of nothing; the excess is for rounded decimals.
        guard weights.reduce(0, +) <= 1 + 1e-6 else {
            throw InvalidValue("must add up to 1 at most, else it is no evidence", at: inputs.place("weights"))
        }
        return weights
    }

    private static func stratum(_ inputs: inout CaseInputs) throws(InvalidValue) -> Stratum {
        let (x1, n1) = (try inputs.count("x1"), try inputs.count("n1"))
        let (x0, n0) = (try inputs.count("x0"), try inputs.count("n0"))
        do {
            return try Stratum(x1: x1, n1: n1, x0: x0, n0: n0)
        } catch {
            throw InvalidValue("\(error)", at: inputs.place(x1 > n1 ? "x1" : "x0"))
        }
    }

    private static func startTimes(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let increments = try inputs.numbers("log_e_increments")
        guard let weights = try self.weights(&inputs) else { throw inputs.missing("weights") }
        var mixture = StartTimeMixture(startTimes: .weights(weights))
        return .numbers(
            increments.map { increment in
                mixture.advance(logEvidence: increment)
                return mixture.logE
            }
        )
    }

    private static func sampleRatio(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        var process = CountShareEProcess(grid: try self.grid(&inputs, null: 1))
        let cells = try inputs.records("cells") { (cell) throws(InvalidValue) in
            (n1: try cell.count("n1"), n0: try cell.count("n0"), share: try cell.number("weight", .probability))
        }
        for cell in cells { process.fold(canary: cell.n1, stable: cell.n0, share: cell.share) }
        return .fields(["log_e": .number(process.logE)])
    }

    private static func exceedance(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let buckets = LogarithmicBuckets(gamma: try inputs.number("gamma", .aboveOne, default: 1.02))
        let keys = ["prior_stable", "interval_stable", "interval_test"]
        var indices: [[Int]] = []
        for key in keys {
            indices.append(try inputs.sample(key, .finite).map { $0 > 1 ? max(0, buckets.index(of: $0)) : 0 })
        }
        let shift = try inputs.integer("shift", in: 0...1_000_000, default: 0)
        let shares = inputs.isPresent("q") ? try inputs.numbers("q", .probability) : LatencyExceedance.quantiles
        let last = indices.joined().max() ?? 0
        guard last <= 10_000_000 else {
            throw InvalidValue("makes too many buckets: \(last)", at: inputs.place("gamma"))
        }
        let histograms = indices.map { values in
            values.reduce(into: Array(repeating: Int64(0), count: last + 1)) { $0[$1] += 1 }
        }
        let exceedance = Exceedance(priorStable: histograms[0], quantiles: shares, shift: shift)
        guard let exceedance else { return .undefined }
        let strata = exceedance.strata(of: HistogramStratum(canary: histograms[2], stable: histograms[1]))
        return .list(
            shares.indices.map { index in
                .fields([
                    "q": .number(shares[index]),
                    "bucket": .count(Int64(exceedance.thresholdBuckets[index])),
                    "x1": .count(strata[index].x1),
                    "x0": .count(strata[index].x0),
                ])
            }
        )
    }

    private static func discordantPairs(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        var process = DiscordantPairEProcess()
        process.fold(canaryOnlyBad: try inputs.count("b"), stableOnlyBad: try inputs.count("c"))
        return .fields(["log_e": .number(process.logE)])
    }

    private static func changeDetection(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        var detector = EDetector(grid: try self.grid(&inputs, null: try inputs.number("psi0", .positive, default: 1)))
        let strata = try inputs.records("intervals", self.stratum)
        return .numbers(
            strata.map { stratum in
                detector.fold(interval: [stratum])
                return detector.logR
            }
        )
    }
}

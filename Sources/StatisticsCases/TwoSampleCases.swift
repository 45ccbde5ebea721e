import ControlWire
import RolloutCore
import Statistics

/// Tests of two samples for one look.
enum TwoSampleCases {
    static let operations: [String: CaseTable.Operation] = [
        "ks_2samp": kolmogorovSmirnov,
        "ks_from_buckets": kolmogorovSmirnovOfBuckets,
        "chi2_contingency": chiSquare,
        "mann_whitney": mannWhitney,
        "two_proportion_z": twoProportions,
        "wilson_interval": wilson,
    ]

    private enum DistanceMethod: String, CaseIterable {
        case auto, exact, asymp
        case asymptotic
        /// The distribution of infinitely large samples.
        case limit
    }

    private static func kolmogorovSmirnov(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let (a, b) = (try inputs.sample("a"), try inputs.sample("b"))
        let method = try inputs.choice("method", default: DistanceMethod.auto)
        let alternative = try inputs.choice("alternative", default: Alternative.twoSided)
        if method == .limit, alternative != .twoSided {
            throw InvalidValue("must be two-sided for method limit", at: inputs.place("alternative"))
        }
        guard let test = KolmogorovSmirnov(a, b) else { return .undefined }
        // Above, the steps of the exact one are too many; the limit is scipy's.
        let isSmall = max(a.count, b.count) <= 10_000
        let pValue =
            switch method {
            case .auto, .exact: isSmall ? test.exactPValue(alternative) : test.asymptoticPValue(alternative)
            case .asymp, .asymptotic: test.asymptoticPValue(alternative)
            case .limit: test.limitPValue
            }
        return .fields(["statistic": .number(test.statistic(alternative)), "pvalue": .number(pValue)])
    }

    private static func kolmogorovSmirnovOfBuckets(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let (a, b) = (try inputs.sample("a"), try inputs.sample("b"))
        let buckets = LogarithmicBuckets(gamma: try inputs.number("gamma", .aboveOne, default: 1.02))
        // Only the order of buckets counts; all that has no logarithm lies below every bucket.
        func bucket(_ value: Double) -> Double {
            value > 0 && value.isFinite
                ? Double(buckets.index(of: value)) : value > 0 || value.isNaN ? value : -.infinity
        }
        return .fields([
            "statistic": .number(KolmogorovSmirnov(a.map(bucket), b.map(bucket))?.statistic),
            "raw_statistic": .number(KolmogorovSmirnov(a, b)?.statistic),
        ])
    }

    private static func chiSquare(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        var rows: [[Int64]] = []
        for (index, item) in try inputs.items("table").enumerated() {
            rows.append(try CaseInputs.counts(item, at: "\(inputs.place("table"))/\(index)"))
        }
        guard rows.count == 2, rows[0].count == rows[1].count else {
            throw InvalidValue("must be two rows of as many counts each", at: inputs.place("table"))
        }
        let isCorrected = try inputs.flag("yates", default: false)
        let hasRows = rows.allSatisfy { $0.contains { $0 > 0 } }
        if hasRows, zip(rows[0], rows[1]).count(where: { $0 + $1 > 0 }) == 1 {
            // One category on both sides: there is nothing in which they could differ.
            return .fields(["statistic": .number(0), "pvalue": .number(1), "dof": .count(0)])
        }
        guard let table = ContingencyTable(rows[0], rows[1], correction: isCorrected ? .yates : .none) else {
            return .undefined
        }
        return .fields([
            "statistic": .number(table.statistic),
            "pvalue": .number(table.pValue),
            "dof": .count(Int64(table.degreesOfFreedom)),
        ])
    }

    private enum RankMethod: String, CaseIterable {
        case auto, exact, asymptotic
    }

    private static func mannWhitney(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let (a, b) = (try inputs.sample("a"), try inputs.sample("b"))
        let method = try inputs.choice("method", default: RankMethod.auto)
        let alternative = try inputs.choice("alternative", default: Alternative.twoSided)
        let isCorrected = try inputs.flag("continuity", default: true)
        guard let test = MannWhitney(a, b) else { return .undefined }
        let isExact =
            switch method {
            case .auto: min(a.count, b.count) <= 8 && !test.hasTies
            case .exact: true
            case .asymptotic: false
            }
        if isExact, a.count * b.count > 10_000_000 {
            throw InvalidValue("must be asymptotic for more than 10 million pairs", at: inputs.place("method"))
        }
        // The correction alone decides where all values are equal: scipy's answer is 1.
        let limit = test.pValue(alternative, continuityCorrection: isCorrected) ?? (isCorrected ? 1 : nil)
        return .fields([
            "U": .number(test.u),
            "pvalue": .number(isExact ? test.exactPValue(alternative) : limit),
            "auc": .number(test.probabilityOfSuperiority),
        ])
    }

    private static func twoProportions(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let first = try self.proportion(&inputs, "x1", "n1")
        let second = try self.proportion(&inputs, "x2", "n2")
        return .number(twoProportionPValue(x1: first.x, n1: first.n, x2: second.x, n2: second.n))
    }

    private static func wilson(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let (x, n) = try self.proportion(&inputs, "x", "n")
        let alpha = try inputs.number("alpha", .openShare, default: 0.05)
        let interval = wilsonInterval(successes: x, trials: n, alpha: alpha)
        return .fields(["lower": .number(interval?.lower), "upper": .number(interval?.upper)])
    }

    private static func proportion(
        _ inputs: inout CaseInputs,
        _ part: String,
        _ whole: String
    ) throws(InvalidValue) -> (x: Int64, n: Int64) {
        let (x, n) = (try inputs.count(part), try inputs.count(whole))
        guard x <= n else { throw InvalidValue("must be \(whole) at most: \(x) of \(n)", at: inputs.place(part)) }
        return (x, n)
    }
}

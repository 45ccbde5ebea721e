internal import RealModule
import Statistics

/// Rules that compare shares of bad requests.
extension Rule where Interval == BinaryCounts {
    /// Fires when ln E of a process reaches ln 1/α; the process is folded by `fold`.
    static func evidence<Process: EProcess>(
        _ name: String,
        _ process: Process,
        promise: Promise = .ours,
        alpha: Double = alpha,
        fold: @escaping @Sendable (inout Process, BinaryCounts) -> Void
    ) -> Rule {
        Rule(name, promise: promise) {
            var process = process
            return { counts in
                fold(&process, counts)
                return process.rejects(at: alpha)
            }
        }
    }

    /// The engine itself, one stratum an interval.
    static func stratified(
        _ name: String,
        _ process: StratifiedEProcess = .harm(),
        alpha: Double = alpha
    ) -> Rule {
        evidence(name, process, alpha: alpha) { $0.fold($1.stratum) }
    }

    /// The two-proportion z test on all requests so far.
    ///
    /// - Parameter look: The only interval in which it looks; all of them, without one.
    static func cumulativeZ(_ name: String, pValue: Double, sides: Sides = .one, onlyAt look: Int? = nil) -> Rule {
        let limit = NormalDistribution.quantile(1 - (sides == .one ? pValue : pValue / 2))
        return cumulative(name) { counts, interval in
            guard look.map({ $0 == interval }) ?? true else { return false }
            return (sides == .one ? counts.z : abs(counts.z)) > limit
        }
    }

    /// The z test of the newest interval by itself.
    static func lastIntervalZ(_ name: String, pValue: Double) -> Rule {
        let limit = NormalDistribution.quantile(1 - pValue)
        return Rule(name) { { $0.z > limit } }
    }

    /// The canary's rate above `ratio` times stable's, in so many intervals running.
    static func ratio(_ name: String, above ratio: Double, running: Int) -> Rule {
        Rule(name) {
            var length = 0
            return { counts in
                length = counts.rate1 > ratio * counts.rate0 && counts.bad1 > 0 ? length + 1 : 0
                return length >= running
            }
        }
    }

    /// A group-sequential plan whose looks are all the intervals.
    static func spending(_ name: String, _ spending: GroupSequentialDesign.Spending, looks: Int) -> Rule {
        let design = GroupSequentialDesign(equallySpacedLooks: looks)
        let limits = design.limits(spending, oneSidedAlpha: alpha)
        return cumulative(name) { counts, interval in interval <= looks && counts.z > limits[interval - 1] }
    }

    /// The mixture sequential probability ratio test with a normal prior of standard deviation `spread`, two-sided, and
    /// with the estimated variance.
    ///
    /// - Parameter events: Bad requests that each version must have had.
    static func mixtureRatio(_ name: String, spread: Double, events: Int64) -> Rule {
        let test = NormalMixtureTest(priorVariance: spread * spread)
        return cumulative(name) { counts, _ in
            guard min(counts.bad1, counts.bad0) >= events else { return false }
            let logE = test.logE(difference: counts.difference, variance: counts.plugInVariance)
            return logE.map { $0 >= LogDomain.threshold(alpha: alpha) } ?? false
        }
    }

    /// The asymptotic confidence sequence of the difference, one-sided, pooled over time or formed within intervals.
    static func asymptotic(_ name: String, isStratified: Bool, plannedRows: Double = 40_000) -> Rule {
        let sequence = AsymptoticConfidenceSequence(alpha: alpha, sides: .one, plannedRows: plannedRows)
        return Rule(name) {
            var stratified = StratifiedDifference()
            var sum = BinaryCounts()
            return { counts in
                sum.add(counts)
                stratified.fold(canary: counts.moments.canary, stable: counts.moments.stable)
                guard min(sum.bad1, sum.bad0) >= 10 else { return false }
                var pooled = StratifiedDifference()
                pooled.fold(canary: sum.moments.canary, stable: sum.moments.stable)
                let interval = (isStratified ? stratified : pooled).interval(sequence, boundedSide: .lower)
                return interval.map { $0.lower > 0 } ?? false
            }
        }
    }

    /// Compares the canary with what stable did before the rollout instead of with what it does now.
    static func againstThePast(_ name: String, rate: Double, requests: Int64) -> Rule {
        let bad = Int64((rate * Double(requests)).rounded())
        return cumulative(name) { counts, _ in
            let past = BinaryCounts(bad1: counts.bad1, all1: counts.all1, bad0: bad, all0: requests)
            return past.z > NormalDistribution.quantile(1 - alpha)
        }
    }

    private static func cumulative(
        _ name: String,
        fires: @escaping @Sendable (_ soFar: BinaryCounts, _ interval: Int) -> Bool
    ) -> Rule {
        Rule(name) {
            var (sum, interval) = (BinaryCounts(), 0)
            return { counts in
                sum.add(counts)
                interval += 1
                return fires(sum, interval)
            }
        }
    }
}

/// Rules that compare the split that was counted with the one that is configured.
extension Rule where Interval == BinaryCounts {
    static func sampleRatio(_ name: String, alpha: Double = alpha) -> Rule {
        evidence(name, SampleRatioTest(), promise: .falseRollbacks(atMost: Simulation.alpha), alpha: alpha) {
            test,
            counts in
            test.fold(canary: counts.all1, stable: counts.all0, share: counts.share)
        }
    }

    /// The two-sided z test of the share of all requests so far.
    static func shareZ(_ name: String) -> Rule {
        let limit = NormalDistribution.quantile(1 - alpha / 2)
        return cumulative(name) { counts, _ in
            let all = Double(counts.all1 + counts.all0)
            let deviation = (all * counts.share * (1 - counts.share)).squareRoot()
            return abs(Double(counts.all1) - all * counts.share) > limit * deviation
        }
    }
}

import Statistics

/// Rules that compare latencies.
extension Rule where Interval == LatencyCounts {
    /// The exceedance mixture over p50, p90, p95 and p99 of stable's past.
    static func exceedance(_ name: String, alpha: Double = alpha) -> Rule {
        Rule(name, promise: .falseRollbacks(atMost: alpha)) {
            var process = LatencyEProcess.harm(shift: 0)
            return { latencies in
                process.fold(interval: [latencies.stratum])
                return process.rejects(at: alpha)
            }
        }
    }

    /// Kolmogorov and Smirnov's test on all latencies so far, or of the newest interval only.
    static func kolmogorovSmirnov(_ name: String, pValue: Double, isCumulative: Bool = true) -> Rule {
        looking(name, isCumulative: isCumulative) { latencies in
            let test = KolmogorovSmirnov(
                firstBuckets: latencies.canary.histogram.counts,
                secondBuckets: latencies.stable.histogram.counts
            )
            return test.map { $0.limitPValue <= pValue } ?? false
        }
    }

    static func mannWhitney(_ name: String) -> Rule {
        looking(name) { latencies in
            let test = MannWhitney(
                firstBuckets: latencies.canary.histogram.counts,
                secondBuckets: latencies.stable.histogram.counts
            )
            return test?.pValue(.greater).map { $0 <= alpha } ?? false
        }
    }

    /// Welch's test of the means, by its normal limit.
    static func meanTest(_ name: String) -> Rule {
        let limit = NormalDistribution.quantile(1 - alpha)
        return looking(name) { latencies in
            let (canary, stable) = (latencies.canary.moments, latencies.stable.moments)
            guard let variance1 = canary.meanVariance, let variance0 = stable.meanVariance else { return false }
            return canary.mean - stable.mean > limit * (variance1 + variance0).squareRoot()
        }
    }

    /// The canary's p99 of the newest interval above `ratio` times stable's.
    static func percentileRatio(_ name: String, above ratio: Double) -> Rule {
        looking(name, isCumulative: false) { latencies in
            guard let canary = latencies.canary.histogram.quantile(0.99),
                let stable = latencies.stable.histogram.quantile(0.99)
            else { return false }
            return canary > ratio * stable
        }
    }

    /// Two bands around the distribution functions, valid at every look: α/2 for each version.
    ///
    /// - Parameters:
    ///   - requests: What the canary and stable have in an interval.
    ///   - looks: For how many intervals the widths are computed.
    static func distributionBands(_ name: String, requests: (canary: Int, stable: Int), looks: Int) -> Rule {
        let widths = (1...looks).map { look in
            [requests.canary, requests.stable].reduce(0) { sum, rows in
                let start = Double(requests.canary)
                return sum
                    + TimeUniformBound.empiricalDistribution(rows: Double(look * rows), alpha: alpha / 2, start: start)
            }
        }
        return Rule(name) {
            var (sum, look) = (LatencyCounts(share: 0), 0)
            return { latencies in
                sum.add(latencies)
                look += 1
                let test = KolmogorovSmirnov(
                    firstBuckets: sum.canary.histogram.counts,
                    secondBuckets: sum.stable.histogram.counts
                )
                return test.map { $0.statistic > widths[look - 1] } ?? false
            }
        }
    }

    /// The asymptotic confidence sequence of a mean difference, formed within intervals.
    static func asymptotic(
        _ name: String,
        promise: Promise,
        alpha: Double = alpha,
        _ value: @escaping @Sendable (LatencySample) -> Moments
    ) -> Rule {
        let sequence = AsymptoticConfidenceSequence(alpha: alpha, sides: .one, plannedRows: 40_000)
        return Rule(name, promise: promise) {
            var difference = StratifiedDifference()
            return { latencies in
                difference.fold(canary: value(latencies.canary), stable: value(latencies.stable))
                return difference.interval(sequence, boundedSide: .lower).map { $0.lower > 0 } ?? false
            }
        }
    }

    private static func looking(
        _ name: String,
        isCumulative: Bool = true,
        fires: @escaping @Sendable (LatencyCounts) -> Bool
    ) -> Rule {
        Rule(name) {
            var sum = LatencyCounts(share: 0)
            return { latencies in
                guard isCumulative else { return fires(latencies) }
                sum.add(latencies)
                return fires(sum)
            }
        }
    }
}

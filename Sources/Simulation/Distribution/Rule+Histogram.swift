import Statistics

/// Rules that compare distributions over buckets.
extension Rule where Interval == HistogramStratum {
    /// The mixture over buckets or cuts, two-sided.
    static func evidence(
        _ name: String,
        _ questions: HistogramEProcess.Questions,
        buckets: Int = 10,
        alpha: Double = alpha
    ) -> Rule {
        Rule(name, promise: .falseRollbacks(atMost: alpha)) {
            var process = HistogramEProcess(questions, buckets: buckets)
            return { stratum in
                process.fold(interval: [stratum])
                return process.rejects(at: alpha)
            }
        }
    }

    /// The population stability index above a limit, of the newest interval or of all rows so far.
    ///
    /// - Parameter rows: How many the canary must have.
    static func stability(_ name: String, above limit: Double, isCumulative: Bool, rows: Int64 = 1) -> Rule {
        looking(name, isCumulative: isCumulative) { canary, stable in
            guard canary.reduce(0, +) >= rows else { return false }
            return PopulationStability(reference: stable, current: canary).map { $0.index > limit } ?? false
        }
    }

    /// The Jensen–Shannon distance of the newest interval above a limit, with base 2.
    static func jensenShannon(_ name: String, above limit: Double) -> Rule {
        looking(name, isCumulative: false) { canary, stable in
            DistributionDistance.jensenShannon(canary, stable).map { $0 > limit } ?? false
        }
    }

    /// The largest difference of a share in the newest interval above a limit.
    static func lInfinity(_ name: String, above limit: Double) -> Rule {
        looking(name, isCumulative: false) { canary, stable in
            DistributionDistance.lInfinity(canary, stable).map { $0 > limit } ?? false
        }
    }

    /// Pearson's χ² on all rows so far.
    static func chiSquare(_ name: String) -> Rule {
        looking(name, isCumulative: true) { canary, stable in
            ContingencyTable(canary, stable).map { $0.pValue <= alpha } ?? false
        }
    }

    private static func looking(
        _ name: String,
        isCumulative: Bool,
        fires: @escaping @Sendable (_ canary: [Int64], _ stable: [Int64]) -> Bool
    ) -> Rule {
        Rule(name) {
            var (canary, stable) = ([Int64](), [Int64]())
            return { stratum in
                guard isCumulative, !canary.isEmpty else {
                    (canary, stable) = (stratum.canary, stratum.stable)
                    return fires(canary, stable)
                }
                for bucket in canary.indices {
                    canary[bucket] += stratum.canary[bucket]
                    stable[bucket] += stratum.stable[bucket]
                }
                return fires(canary, stable)
            }
        }
    }
}

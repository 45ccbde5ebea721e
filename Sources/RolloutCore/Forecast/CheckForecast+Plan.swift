import Statistics

extension CheckForecast {
    static func unknown(_ check: Check, isRequired: Bool, _ note: String) -> CheckForecast {
        CheckForecast(
            name: check.name,
            metric: check.comparison.metric,
            smallestFound: nil,
            harms: [],
            isRequired: isRequired,
            proofProbability: nil,
            proofSeconds: nil,
            note: note
        )
    }

    init(_ check: Check, _ plan: RolloutPlan, _ inputs: ForecastInputs, _ timeline: PlanTimeline) {
        let isRequired = plan.needsProof(of: check)
        func outlook(unitsPerSecond: Double?) -> CheckOutlook? {
            guard let unitsPerSecond, unitsPerSecond > 0 else { return nil }
            return CheckOutlook(check, plan, timeline, unitsPerRequest: unitsPerSecond / timeline.requestsPerSecond)
        }
        func unknown(_ note: String) -> CheckForecast { .unknown(check, isRequired: isRequired, note) }
        let requests = outlook(unitsPerSecond: timeline.requestsPerSecond)
        switch check.comparison {
        case .errorRate(let rule):
            self =
                requests?.shares(check, isRequired, rule, "errors", inputs.errorShare ?? 0.001)
                ?? unknown("no traffic yet")
        case .clientAborts(let rule):
            self =
                requests?.shares(check, isRequired, rule, "requests given up", inputs.abortShare ?? 0.001)
                ?? unknown("no traffic yet")
        case .invalidOutputs(let rule):
            self =
                outlook(unitsPerSecond: inputs.predictionsPerSecond)?
                .shares(check, isRequired, rule, "unusable rows", inputs.invalidShare ?? 0.001)
                ?? unknown("no payloads have been looked at yet")
        case .latency(let rule):
            self = requests?.latency(check, isRequired, rule, inputs.latency) ?? unknown("no traffic yet")
        case .predictionDrift(let rule):
            self =
                outlook(unitsPerSecond: inputs.predictionsPerSecond)?.drift(check, isRequired, rule)
                ?? unknown("no predictions have been seen yet")
        case .quality(let rule):
            let measure = rule.measure ?? .accuracy
            guard measure == .accuracy, rule.slice == nil else {
                self = unknown("told for accuracy of all rows only")
                return
            }
            guard let wrong = inputs.wrongShare, let rows = outlook(unitsPerSecond: inputs.labelsPerSecond) else {
                self = unknown("no labels have come yet")
                return
            }
            self = rows.accuracy(check, isRequired, rule, wrong)
        case .signal: self = unknown("not told for signals")
        case .external: self = unknown("not told for numbers of other systems")
        }
    }
}

extension CheckOutlook {
    init(_ check: Check, _ plan: RolloutPlan, _ timeline: PlanTimeline, unitsPerRequest: Double) {
        let enforced = plan.checks.filter { $0.mode == .enforced && $0.comparison.isStatistical }
        let weights = enforced.reduce(0) { $0 + $1.weight }
        let horizon = max(1, plan.deadlineSeconds / plan.intervalSeconds)
        self.init(
            timeline: timeline,
            unitsPerRequest: unitsPerRequest,
            harmThreshold: LogDomain.threshold(
                alpha: plan.alpha,
                weight: weights > 0 ? min(1, check.weight / weights) : 1
            ),
            proofThreshold: LogDomain.threshold(alpha: plan.promotionAlpha),
            startShare: 0.5 + 0.5 / Double(horizon)
        )
    }

    // MARK: Shares of bad units

    func shares(
        _ check: Check,
        _ isRequired: Bool,
        _ rule: ShareComparison,
        _ what: String,
        _ stable: Double
    ) -> CheckForecast {
        let grid = OddsRatioGrid.harm(tolerance: rule.harmOddsRatio)
        // A loss smaller than the least difference that matters is never acted on.
        let curve = { (to: Double) in
            to - stable >= rule.minimumDifference
                ? self.harmCurve(canary: to, stable: stable, grid: grid) : [0]
        }
        let harms = [2 * stable, 10 * stable, stable + 0.01].filter { $0 < 1 }.map { to in
            self.forecast("\(what) \(stable.percentage) → \(to.percentage)", from: stable, to: to, curve(to))
        }
        let proof = self.proof(
            canary: stable,
            stable: stable,
            grid: .nonInferiority(margin: rule.promotionOddsRatio),
            ceiling: rule.acceptableShare > 0 ? rule.acceptableShare : nil
        )
        return self.forecast(
            check,
            isRequired,
            smallest: Self.smallest(in: stable * 1.0001...0.999, curve: curve).map {
                self.forecast(
                    "\(what) \(stable.percentage) → \($0.value.percentage)",
                    from: stable,
                    to: $0.value,
                    $0.curve
                )
            },
            harms: harms,
            proof: proof
        )
    }

    func accuracy(_ check: Check, _ isRequired: Bool, _ rule: QualityComparison, _ wrong: Double) -> CheckForecast {
        let grid = OddsRatioGrid.harm(tolerance: rule.harmOddsRatio)
        let curve = { (to: Double) in
            to - wrong >= rule.minimumDifference ? self.harmCurve(canary: to, stable: wrong, grid: grid) : [0]
        }
        func words(_ to: Double) -> String { "accuracy \((1 - wrong).percentage) → \((1 - to).percentage)" }
        let harms = [wrong + 0.04].filter { $0 < 1 }.map { to in
            self.forecast(words(to), from: wrong, to: to, curve(to))
        }
        let proof = self.proof(
            canary: wrong,
            stable: wrong,
            grid: .nonInferiority(margin: rule.promotionOddsRatio),
            ceiling: rule.acceptableShare > 0 ? rule.acceptableShare : nil
        )
        return self.forecast(
            check,
            isRequired,
            smallest: Self.smallest(in: min(wrong * 1.0001, 0.99)...0.999, curve: curve).map {
                self.forecast(words($0.value), from: wrong, to: $0.value, $0.curve)
            },
            harms: harms,
            proof: proof
        )
    }

    /// A class or a half of the numbers that grows: one of about ten questions, of whose evidence the mean counts.
    func drift(_ check: Check, _ isRequired: Bool, _ rule: DriftComparison) -> CheckForecast {
        let curve = { (to: Double) in
            to - 0.5 >= rule.classDifference
                ? self.harmCurve(canary: to, stable: 0.5, grid: .twoSided, logPenalty: LogDomain.threshold(alpha: 0.1))
                : [0]
        }
        func words(_ to: Double) -> String { "half of the predictions → \(to.percentage) of them" }
        return self.forecast(
            check,
            isRequired,
            smallest: Self.smallest(in: 0.5001...0.999, curve: curve).map {
                self.forecast(words($0.value), from: 0.5, to: $0.value, $0.curve)
            },
            harms: [0.55, 0.6].map { self.forecast(words($0), from: 0.5, to: $0, curve($0)) },
            proof: nil
        )
    }

    // MARK: Latency

    func latency(_ check: Check, _ isRequired: Bool, _ rule: LatencyComparison, _ past: LatencyHistogram)
        -> CheckForecast
    {
        guard past.count >= LatencyComparator.minimumHistory else {
            return .unknown(check, isRequired: isRequired, "stable's latencies aren't known yet")
        }
        let curve = { (factor: Double) in
            // The mean of four processes' evidence counts: what one has, less ln 4, is there at least.
            let curves = LatencyExceedance.quantiles.map { quantile -> [Double] in
                let shares = Self.shares(past, quantile, rule.harmRatio, rule.toleranceMilliseconds, factor)
                return self.harmCurve(
                    canary: shares.canary,
                    stable: shares.stable,
                    grid: .harm(),
                    logPenalty: LogDomain.threshold(alpha: 0.25)
                )
            }
            return (0..<EvidenceOutlook.steps).map { step in curves.map { $0[step] }.max() ?? 0 }
        }
        func words(_ factor: Double) -> String { "latency × \(factor.short)" }
        let proofs = [0.5, 0.95, 0.99].map { quantile in
            let shares = Self.shares(past, quantile, rule.promotionRatio, rule.toleranceMilliseconds, 1)
            return self.proof(
                canary: shares.canary,
                stable: shares.stable,
                grid: .latencyNonInferiority,
                ceiling: 1 - quantile
            )
        }
        let isLate = proofs.contains { $0.seconds == nil }
        return self.forecast(
            check,
            isRequired,
            smallest: Self.smallest(in: 1.0001...20, curve: curve).map {
                self.forecast(words($0.value), from: 1, to: $0.value, $0.curve)
            },
            harms: [1.3, 2].map { self.forecast(words($0), from: 1, to: $0, curve($0)) },
            proof: (proofs.map(\.probability).min() ?? 0, isLate ? nil : proofs.compactMap(\.seconds).max())
        )
    }

    /// How many requests lie beyond a quantile of the past: stable's beyond it, the canary's, slower by `factor`, beyond the widened one.
    private static func shares(
        _ past: LatencyHistogram,
        _ quantile: Double,
        _ ratio: Double,
        _ toleranceMilliseconds: Double,
        _ factor: Double
    ) -> (canary: Double, stable: Double) {
        let exceedance = LatencyExceedance(priorStable: past, quantiles: [quantile], shift: 0)
        guard let bucket = exceedance?.thresholdBuckets.first else { return (0, 0) }
        let bound = LatencyHistogram.upperBound(of: bucket) * ratio + toleranceMilliseconds * 1_000
        let reach = min(bound / factor, 1e12)
        let half = 0.5 / Double(past.count + 1)
        let canary = past.fraction(above: LatencyHistogram.bucket(microseconds: Int64(reach))) ?? 0
        return (max(canary, half), max(past.fraction(above: bucket) ?? 0, half))
    }

    private func forecast(
        _ check: Check,
        _ isRequired: Bool,
        smallest: HarmForecast?,
        harms: [HarmForecast],
        proof: (probability: Double, seconds: Double?)?
    ) -> CheckForecast {
        CheckForecast(
            name: check.name,
            metric: check.comparison.metric,
            smallestFound: smallest,
            harms: harms,
            isRequired: isRequired,
            proofProbability: proof?.probability,
            proofSeconds: proof?.seconds,
            note: smallest == nil ? "finds nothing reliably at this rate before the deadline" : nil
        )
    }
}

extension Double {
    /// In percent with two figures where one decimal would hide them.
    fileprivate var percentage: String { "\((self * 100).short) %" }
}

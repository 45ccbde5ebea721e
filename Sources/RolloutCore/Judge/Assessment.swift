import Statistics

/// Everything the judge found at one look: the whole explanation of a decision, stored with it.
package struct Assessment: Hashable, Sendable, Codable {
    package let at: Timestamp
    /// The last batch of evidence in it; a replay folds the strata up to and including this tick.
    package let tick: Int64
    package let checks: [CheckAssessment]
    package let hardStop: HardStopAssessment?
    package let limits: [LimitAssessment]
    package let sampleRatio: SampleRatioAssessment
    package let isWarmedUp: Bool
    /// Judged canary requests since the rollout began, and of those, since the present step began (warm-up not counted).
    package let canaryRequests: Int64
    package let stepRequests: Int64
    /// Requests that gateways had to forget; above 0 the evidence is incomplete.
    package let droppedRequests: Int64
    /// Since when each condition has lasted without a break; absent when it doesn't hold.
    package let noDataSince: Timestamp?
    package let errorSince: Timestamp?
    package let inconclusiveSince: Timestamp?

    package init(
        at: Timestamp,
        tick: Int64,
        checks: [CheckAssessment],
        hardStop: HardStopAssessment?,
        limits: [LimitAssessment],
        sampleRatio: SampleRatioAssessment,
        isWarmedUp: Bool,
        canaryRequests: Int64,
        stepRequests: Int64,
        droppedRequests: Int64,
        noDataSince: Timestamp?,
        errorSince: Timestamp?,
        inconclusiveSince: Timestamp?
    ) {
        self.at = at
        self.tick = tick
        self.checks = checks
        self.hardStop = hardStop
        self.limits = limits
        self.sampleRatio = sampleRatio
        self.isWarmedUp = isWarmedUp
        self.canaryRequests = canaryRequests
        self.stepRequests = stepRequests
        self.droppedRequests = droppedRequests
        self.noDataSince = noDataSince
        self.errorSince = errorSince
        self.inconclusiveSince = inconclusiveSince
    }
}

/// One check with its numbers.
package struct CheckAssessment: Hashable, Sendable, Codable {
    package let name: String
    package let metric: String
    package let mode: Check.Mode
    package let required: Bool
    package let verdict: Verdict
    /// One sentence in plain words.
    package let message: String
    /// ln E against "no harm", the largest so far, and the ln of the threshold 1/(α·w) that rolls back.
    package let harm: EvidenceLevel
    /// ln E against "worse than the margin" and the ln of 1/α that promotion needs.
    package let promotion: EvidenceLevel
    package let canary: CohortNumbers
    package let stable: CohortNumbers
    /// Mantel–Haenszel odds ratio of an error, canary to stable; absent for latency and when it is undefined.
    package let effect: Effect?
    /// Canary requests that the proof for promotion still takes at the present rate of evidence; absent when it can't be told.
    package let requestsNeeded: Int64?

    package init(
        name: String,
        metric: String,
        mode: Check.Mode,
        required: Bool,
        verdict: Verdict,
        message: String,
        harm: EvidenceLevel,
        promotion: EvidenceLevel,
        canary: CohortNumbers,
        stable: CohortNumbers,
        effect: Effect?,
        requestsNeeded: Int64?
    ) {
        self.name = name
        self.metric = metric
        self.mode = mode
        self.required = required
        self.verdict = verdict
        self.message = message
        self.harm = harm
        self.promotion = promotion
        self.canary = canary
        self.stable = stable
        self.effect = effect
        self.requestsNeeded = requestsNeeded
    }
}

package struct EvidenceLevel: Hashable, Sendable, Codable {
    /// Natural logarithm of the largest E so far, at least 0.
    package let logE: Double
    package let logThreshold: Double

    package init(logE: Double, logThreshold: Double) {
        self.logE = logE
        self.logThreshold = logThreshold
    }

    package var isReached: Bool { self.logE >= self.logThreshold }
}

/// A cohort's numbers since the warm-up. Latencies are in milliseconds; absent without enough requests to show them.
package struct CohortNumbers: Hashable, Sendable, Codable {
    package let requests: Int64
    package let errors: Int64
    /// Errors among the requests, 0…1; absent without requests.
    package let errorShare: Double?
    /// Requests that their clients gave up, counted beside `requests`.
    package let clientAborted: Int64
    package let meanLatencyMilliseconds: Double?
    package let p50LatencyMilliseconds: Double?
    package let p95LatencyMilliseconds: Double?
    package let p99LatencyMilliseconds: Double?

    /// A p95 over fewer than 200 and a p99 over fewer than 1 000 requests says nothing and is left out.
    package init(_ tally: CohortTally) {
        self.requests = tally.outcomes.judged
        self.errors = tally.outcomes.errors
        self.errorShare = tally.outcomes.errorShare
        self.clientAborted = tally.outcomes[.clientAborted]
        self.meanLatencyMilliseconds = tally.latency.mean.map { $0 / 1_000 }
        func quantile(_ q: Double, atLeast: Int64) -> Double? {
            guard tally.latency.count >= atLeast, let value = tally.latency.quantile(q), value.isFinite else {
                return nil
            }
            return value / 1_000
        }
        self.p50LatencyMilliseconds = quantile(0.5, atLeast: 20)
        self.p95LatencyMilliseconds = quantile(0.95, atLeast: 200)
        self.p99LatencyMilliseconds = quantile(0.99, atLeast: 1_000)
    }
}

/// An estimate with a 95 % interval; a display, never the rule.
package struct Effect: Hashable, Sendable, Codable {
    package let oddsRatio: Double
    package let lower: Double
    package let upper: Double

    package init(oddsRatio: Double, lower: Double, upper: Double) {
        self.oddsRatio = oddsRatio
        self.lower = lower
        self.upper = upper
    }
}

package struct HardStopAssessment: Hashable, Sendable, Codable {
    package let verdict: Verdict
    package let message: String
    package let requests: Int64
    package let errors: Int64
    package let connectFailureRun: Int64
    package let rule: HardStop

    package init(
        verdict: Verdict,
        message: String,
        requests: Int64,
        errors: Int64,
        connectFailureRun: Int64,
        rule: HardStop
    ) {
        self.verdict = verdict
        self.message = message
        self.requests = requests
        self.errors = errors
        self.connectFailureRun = connectFailureRun
        self.rule = rule
    }
}

package struct LimitAssessment: Hashable, Sendable, Codable {
    package let verdict: Verdict
    package let message: String
    package let limit: AbsoluteLimit
    /// The canary's value over the limit's stretch, in the limit's unit; absent without data and beyond what
    /// a histogram can hold, since no document can carry an infinite number.
    package let observed: Double?
    /// How long the canary has been above without a break, in whole intervals.
    package let aboveForSeconds: Int

    package init(
        verdict: Verdict,
        message: String,
        limit: AbsoluteLimit,
        observed: Double?,
        aboveForSeconds: Int
    ) {
        self.verdict = verdict
        self.message = message
        self.limit = limit
        self.observed = observed
        self.aboveForSeconds = aboveForSeconds
    }
}

package struct SampleRatioAssessment: Hashable, Sendable, Codable {
    package let verdict: Verdict
    package let message: String
    package let level: EvidenceLevel
    package let canaryRequests: Int64
    package let stableRequests: Int64

    package init(
        verdict: Verdict,
        message: String,
        level: EvidenceLevel,
        canaryRequests: Int64,
        stableRequests: Int64
    ) {
        self.verdict = verdict
        self.message = message
        self.level = level
        self.canaryRequests = canaryRequests
        self.stableRequests = stableRequests
    }
}

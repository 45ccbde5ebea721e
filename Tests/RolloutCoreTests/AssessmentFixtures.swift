import RolloutCore
import Statistics

extension CheckAssessment {
    static func fixture(
        _ verdict: Verdict,
        name: String = "error-rate",
        mode: Check.Mode = .enforced,
        required: Bool = true,
        onNoData: Check.NoDataPolicy = .hold,
        noDataSince: Timestamp? = nil,
        logE: Double = 0
    ) -> CheckAssessment {
        CheckAssessment(
            name: name,
            metric: "errorRate",
            mode: mode,
            required: required,
            verdict: verdict,
            message: "as found",
            harm: EvidenceLevel(logE: logE, logThreshold: 3),
            promotion: EvidenceLevel(logE: 1, logThreshold: 3),
            canary: CohortNumbers(.fixture(requests: 5_000, errors: 1)),
            stable: CohortNumbers(.fixture(requests: 95_000, errors: 20)),
            effect: Effect(oddsRatio: 1, lower: 0.5, upper: 2),
            requestsNeeded: 100,
            onNoData: onNoData,
            noDataSince: noDataSince
        )
    }
}

extension HardStopAssessment {
    static func fixture(_ verdict: Verdict) -> HardStopAssessment {
        HardStopAssessment(
            verdict: verdict,
            message: "as found",
            requests: 100,
            errors: 60,
            connectFailureRun: 0,
            rule: HardStop()
        )
    }
}

extension LimitAssessment {
    static func fixture(_ verdict: Verdict) -> LimitAssessment {
        LimitAssessment(
            verdict: verdict,
            message: "as found",
            limit: AbsoluteLimit(metric: .p99Latency, above: 200, forSeconds: 60),
            observed: 300,
            aboveForSeconds: 60
        )
    }
}

extension Assessment {
    /// Everything a promotion needs is there, ten minutes after `origin`.
    static func fixture(
        at: Timestamp = origin.adding(seconds: 600),
        checks: [CheckAssessment] = [.fixture(.pass)],
        hardStop: Verdict = .pass,
        limits: [Verdict] = [],
        isWarmedUp: Bool = true,
        canaryRequests: Int64 = 5_000,
        stepRequests: Int64 = 5_000,
        noDataSince: Timestamp? = nil,
        errorSince: Timestamp? = nil,
        inconclusiveSince: Timestamp? = nil,
        stable: StableAssessment? = nil,
        saturation: SaturationAssessment? = nil
    ) -> Assessment {
        Assessment(
            at: at,
            tick: 60,
            checks: checks,
            hardStop: .fixture(hardStop),
            limits: limits.map(LimitAssessment.fixture),
            sampleRatio: SampleRatioAssessment(
                verdict: errorSince == nil ? .pass : .error,
                message: "as found",
                level: EvidenceLevel(logE: 0, logThreshold: 6.9),
                canaryRequests: canaryRequests,
                stableRequests: canaryRequests * 19
            ),
            isWarmedUp: isWarmedUp,
            canaryRequests: canaryRequests,
            stepRequests: stepRequests,
            droppedRequests: 0,
            noDataSince: noDataSince,
            errorSince: errorSince,
            inconclusiveSince: inconclusiveSince,
            stable: stable,
            saturation: saturation
        )
    }
}

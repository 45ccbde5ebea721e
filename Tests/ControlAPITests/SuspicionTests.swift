import RolloutCore
import Testing

@testable import ControlAPI

@Suite("What is worth a diagnosis")
struct SuspicionTests {
    private func check(_ metric: String, _ verdict: Verdict = .inconclusive, logE: Double = 0) -> CheckAssessment {
        CheckAssessment(
            name: metric,
            metric: metric,
            mode: .enforced,
            required: true,
            verdict: verdict,
            message: "as found",
            harm: EvidenceLevel(logE: logE, logThreshold: 4),
            promotion: EvidenceLevel(logE: 0, logThreshold: 3),
            canary: CohortNumbers(CohortTally()),
            stable: CohortNumbers(CohortTally()),
            effect: nil,
            requestsNeeded: nil
        )
    }

    private func assessment(_ checks: [CheckAssessment], hardStop: Verdict = .pass) -> Assessment {
        Assessment(
            at: Timestamp(seconds: 0),
            tick: 1,
            checks: checks,
            hardStop: HardStopAssessment(
                verdict: hardStop,
                message: "as found",
                requests: 0,
                errors: 0,
                connectFailureRun: 0,
                rule: HardStop()
            ),
            limits: [
                LimitAssessment(
                    verdict: .pass,
                    message: "as found",
                    limit: AbsoluteLimit(metric: .p99Latency, above: 200, forSeconds: 60),
                    observed: 10,
                    aboveForSeconds: 0
                )
            ],
            sampleRatio: SampleRatioAssessment(
                verdict: .pass,
                message: "as found",
                level: EvidenceLevel(logE: 0, logThreshold: 7),
                canaryRequests: 0,
                stableRequests: 0
            ),
            isWarmedUp: true,
            canaryRequests: 0,
            stepRequests: 0,
            droppedRequests: 0,
            noDataSince: nil,
            errorSince: nil,
            inconclusiveSince: nil
        )
    }

    @Test("A check that failed is, and one that is half way there; a quiet one is not")
    func checks() {
        let found = self.assessment([
            self.check("errorRate", .fail, logE: 4), self.check("latency", logE: 2), self.check("quality", logE: 1.9),
        ])

        #expect(Suspicion.metrics(.running(.progressing(step: 0)), found) == ["errorRate", "latency"])
        #expect(Suspicion.metrics(.running(.progressing(step: 0)), self.assessment([self.check("errorRate")])) == [])
        #expect(Suspicion.metrics(.running(.pending), nil) == [])
    }

    @Test("A hard stop is about failures and requests given up")
    func hardStop() {
        let calm = [self.check("latency")]

        #expect(
            Suspicion.metrics(.running(.warming), self.assessment(calm, hardStop: .fail)) == [
                "errorRate", "clientAborts",
            ]
        )
        #expect(
            Suspicion.metrics(.rolledBack(.hardStop), self.assessment(calm)) == ["errorRate", "clientAborts"]
        )
    }
}

import Foundation
import RolloutCore
import Statistics
import Testing

@Suite("Assessments in storage")
struct AssessmentStorageTests {
    @Test("One that was stored by an older judge is read, without what it didn't have")
    func old() throws {
        let level = #"{"logE":1.5,"logThreshold":3}"#
        let cohort = #"{"requests":10,"errors":1,"errorShare":0.1,"clientAborted":0}"#
        let document = """
            {"at":"2026-01-01T00:00:00.000000Z","tick":3,"checks":[{"name":"error-rate","metric":"errorRate",
             "mode":"enforced","required":true,"verdict":"inconclusive","message":"m","harm":\(level),
             "promotion":\(level),"canary":\(cohort),"stable":\(cohort),"requestsNeeded":7}],"limits":[],
             "sampleRatio":{"verdict":"pass","message":"m","level":\(level),"canaryRequests":1,"stableRequests":2},
             "isWarmedUp":true,"canaryRequests":1,"stepRequests":1,"droppedRequests":0}
            """

        let old = try JSONDecoder().decode(Assessment.self, from: Data(document.utf8))

        #expect(old.checks.map(\.requestsNeeded) == [7])
        #expect(old.checks[0].measurement == nil)
        #expect(old.inputBalance == nil)
        #expect(old.stable == nil)
        #expect(old.outsideAlpha == nil)
        #expect(RolloutPolicy.find(.fixture(state: .running(.progressing(step: 0))), old).decision == .hold)
    }

    @Test("One with everything in it survives storage")
    func whole() throws {
        var random = SplitMix64(seed: 4)
        let judge = Judge.folding(ReplayTests.strata(&random, ticks: 12), plan: ReplayTests.plan)
        let whole = judge.assess(afterIntervals: 12)

        let back = try JSONDecoder().decode(Assessment.self, from: JSONEncoder().encode(whole))

        #expect(back == whole)
        #expect(whole.checks.map(\.metric) == ReplayTests.plan.checks.map(\.comparison.metric))
        #expect(whole.checks.allSatisfy { $0.measurement != nil })
        #expect(whole.checks.first { $0.metric == "predictionDrift" }?.signals?.map(\.signal.text) == ["label"])
    }
}

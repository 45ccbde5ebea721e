import RolloutCore
import Statistics
import Testing

@Suite("What is still needed for a verdict")
struct OutlookTests {
    private static func check(_ intervals: Int, plan: RolloutPlan = .fixture(checks: [.errorRate()])) -> CheckAssessment
    {
        let strata = (0..<intervals).map { EvidenceStratum.healthy(interval: $0) }
        return Judge.folding(strata, plan: plan).assess(afterIntervals: intervals).checks[0]
    }

    @Test("Units and seconds at the present rate, until nothing more is needed")
    func seconds() throws {
        let early = Self.check(20)
        let needed = try #require(early.unitsNeeded)

        // 100 canary requests come in ten seconds.
        #expect(early.requestsNeeded == needed)
        #expect(early.secondsToVerdict == (Double(needed) / 10).rounded(.up))
        #expect(early.measurement?.canary == MeasuredCohort(units: 1_900, bad: 19, value: 0.01))
        #expect(early.measurement?.unit == .requests)
        let passes = (21...400).first { Self.check($0).verdict == .pass } ?? 0
        let estimate = 20 + Int(needed) / 100
        #expect(
            passes * 2 > estimate && passes < estimate * 2,
            "passed after \(passes) intervals, expected \(estimate)"
        )
        #expect(Self.check(passes).secondsToVerdict == 0)
    }

    @Test("Without evidence either way nothing is promised")
    func nothing() {
        #expect(Self.check(1).unitsNeeded == nil)
        #expect(Self.check(1).secondsToVerdict == nil)
    }

    @Test("The shares of alpha of all enforced statistical checks add up to it")
    func alpha() {
        var plan = RolloutPlan.fixture(checks: PlanRulesTests.everyCheck)
        let checks = Judge(plan: plan).assess(afterIntervals: 0).checks
        plan.checks.removeAll { $0.mode != .enforced }

        #expect(abs(checks.compactMap(\.alphaShare).reduce(0, +) - 0.05) < 1e-12)
        #expect(checks.first { $0.mode == .warning }?.alphaShare == nil)
        for check in checks where check.alphaShare != nil {
            #expect(check.harm.logThreshold == LogDomain.threshold(alpha: check.alphaShare ?? 1))
        }
    }
}

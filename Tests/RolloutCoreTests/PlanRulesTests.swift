import Foundation
import RolloutCore
import Testing

@Suite("Rules of a plan")
struct PlanRulesTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        let what: String
        let pointer: String
        let change: @Sendable (inout RolloutPlan) -> Void
        var testDescription: String { self.what }

        init(_ what: String, _ pointer: String, _ change: @escaping @Sendable (inout RolloutPlan) -> Void) {
            self.what = what
            self.pointer = pointer
            self.change = change
        }
    }

    private static func limit(
        _ metric: AbsoluteLimit.Metric = .p99Latency,
        above: Double = 200,
        for seconds: Int = 60,
        requests: Int = 1
    ) -> [AbsoluteLimit] {
        [AbsoluteLimit(metric: metric, above: above, forSeconds: seconds, minimumRequests: requests)]
    }

    private static func errorRate(_ rule: ShareComparison) -> [Check] { [.errorRate(rule)] }
    private static func latency(_ rule: LatencyComparison) -> [Check] { [.latency(rule)] }

    static let shape: [Refusal] = [
        Refusal("no steps", "/steps") { $0.steps = [] },
        Refusal("a step without traffic", "/steps/0/weight") { $0.steps = [.init(weight: .zero)] },
        Refusal("a step with all traffic", "/steps/0/weight") { $0.steps = [.init(weight: .full)] },
        Refusal("equal weights", "/steps/1/weight") {
            $0.steps = [.init(weight: .fivePercent), .init(weight: .fivePercent)]
        },
        Refusal("falling weights", "/steps/1/weight") {
            $0.steps = [.init(weight: basisPoints(600)), .init(weight: .fivePercent)]
        },
        Refusal("a copy of nothing", "/steps/0/mirror") {
            $0.steps = [.init(weight: .fivePercent, mirror: .zero), .init(weight: basisPoints(600))]
        },
        Refusal("a later step that mirrors", "/steps/1/mirror") {
            $0.steps = [.init(weight: .fivePercent), .init(weight: basisPoints(600), mirror: .fivePercent)]
        },
        Refusal("a canary that no client ever asks", "/steps") { $0.steps = [.init(weight: .zero, mirror: .full)] },
        Refusal("a baseline without room", "/steps/1/weight") {
            $0.steps = [.init(weight: basisPoints(5_000)), .init(weight: basisPoints(5_001))]
            $0.baseline = true
        },
        Refusal("too many steps", "/steps") { plan in plan.steps = (1...51).map { .init(weight: basisPoints($0)) } },
        Refusal("no interval", "/intervalSeconds") { $0.intervalSeconds = 0 },
        Refusal("a long interval", "/intervalSeconds") { $0.intervalSeconds = 3_601 },
        Refusal("negative bake time", "/bakeSeconds") { $0.bakeSeconds = -1 },
        Refusal("endless bake time", "/bakeSeconds") { $0.bakeSeconds = .max },
        Refusal("no requests needed", "/minimumRequests") { $0.minimumRequests = 0 },
        Refusal("a long deadline", "/deadlineSeconds") { $0.deadlineSeconds = 7_776_001 },
        Refusal("a deadline before the end", "/deadlineSeconds") { $0.deadlineSeconds = 660 },
        Refusal("negative warm-up", "/warmUp/seconds") { $0.warmUp.seconds = -1 },
        Refusal("endless warm-up", "/warmUp/seconds") { $0.warmUp.seconds = .max },
        Refusal("negative warm-up requests", "/warmUp/requests") { $0.warmUp.requests = -1 },
        Refusal("no alpha", "/alpha") { $0.alpha = 0 },
        Refusal("alpha that is no number", "/alpha") { $0.alpha = .nan },
        Refusal("a loose alpha", "/alpha") { $0.alpha = 0.21 },
        Refusal("no promotion alpha", "/promotionAlpha") { $0.promotionAlpha = 0 },
        Refusal("a policy of negative time", "/onNoData/afterSeconds") {
            $0.onNoData = .init(action: .hold, afterSeconds: -1)
        },
        Refusal("a policy of endless time", "/onError/afterSeconds") {
            $0.onError = .init(action: .hold, afterSeconds: .max)
        },
        Refusal("a policy of negative time", "/onInconclusive/afterSeconds") {
            $0.onInconclusive = .init(action: .rollback, afterSeconds: -1)
        },
        Refusal("a header without name", "/assignment/header") { $0.assignment = .header("") },
        Refusal("a cookie with a space", "/assignment/cookie") { $0.assignment = .cookie("a b") },
    ]

    static let guards: [Refusal] = [
        Refusal("doubled check names", "/checks") { $0.checks = [.errorRate(), .errorRate()] },
        Refusal("nothing required", "/checks") { plan in
            for index in plan.checks.indices { plan.checks[index].required = false }
        },
        Refusal("too many checks", "/checks") { plan in
            plan.checks = (1...51).map { Check(name: "c\($0)", comparison: .latency(LatencyComparison()), weight: 1) }
        },
        Refusal("a nameless check", "/checks/0/name") { $0.checks[0].name = "" },
        Refusal("a long check name", "/checks/0/name") { $0.checks[0].name = String(repeating: "a", count: 64) },
        Refusal("a check name with a slash", "/checks/1/name") { $0.checks[1].name = "a/b" },
        Refusal("a weightless check", "/checks/0/weight") { $0.checks[0].weight = 0 },
        Refusal("a weight too small for a logarithm", "/checks/0/weight") {
            $0.checks[0].weight = .leastNonzeroMagnitude
        },
        Refusal("a check that ends the rollout at once", "/checks/0/onNoData") { $0.checks[0].onNoData = .rollback },
        Refusal("a weight that is no number", "/checks/0/weight") { $0.checks[0].weight = .nan },
        Refusal("a weight that leaves others nothing", "/checks/0/weight") { $0.checks[0].weight = 1e308 },
        Refusal("harm below equality", "/checks/0/harmOddsRatio") { $0.checks = errorRate(.init(harmOddsRatio: 0.9)) },
        Refusal("promotion not above harm", "/checks/0/promotionOddsRatio") {
            $0.checks = errorRate(.init(promotionOddsRatio: 1.1))
        },
        Refusal("a wide promotion", "/checks/0/promotionOddsRatio") {
            $0.checks = errorRate(.init(promotionOddsRatio: 20.5))
        },
        Refusal("acceptance of every second error", "/checks/0/acceptableShare") {
            $0.checks = errorRate(.init(acceptableShare: 0.51))
        },
        Refusal("a negative difference", "/checks/0/minimumDifference") {
            $0.checks = errorRate(.init(minimumDifference: -0.1))
        },
        Refusal("harm of the faster", "/checks/0/harmRatio") { $0.checks = latency(.init(harmRatio: 0.9)) },
        Refusal("promotion of the harmful", "/checks/0/promotionRatio") { $0.checks = latency(.init(harmRatio: 1.3)) },
        Refusal("endless tolerance", "/checks/0/toleranceMilliseconds") {
            $0.checks = latency(.init(toleranceMilliseconds: .infinity))
        },
        Refusal("a stop at no errors", "/hardStop/errorShare") { $0.hardStop = HardStop(errorShare: 0) },
        Refusal("a stop above all errors", "/hardStop/errorShare") { $0.hardStop = HardStop(errorShare: 1.1) },
        Refusal("a stop on nothing", "/hardStop/requests") { $0.hardStop = HardStop(requests: 0) },
        Refusal("a stop over no time", "/hardStop/withinSeconds") { $0.hardStop = HardStop(withinSeconds: 0) },
        Refusal("a stop on no failure", "/hardStop/connectFailures") { $0.hardStop = HardStop(connectFailures: 0) },
        Refusal("too many limits", "/limits") { $0.limits = (1...51).flatMap { _ in limit() } },
        Refusal("a limit of nothing", "/limits/0/above") { $0.limits = limit(above: 0) },
        Refusal("an endless limit", "/limits/0/above") { $0.limits = limit(above: .infinity) },
        Refusal("a share above everything", "/limits/0/above") { $0.limits = limit(.errorRate, above: 1) },
        Refusal("a limit below the interval", "/limits/0/forSeconds") { $0.limits = limit(for: 9) },
        Refusal("a limit of days", "/limits/0/forSeconds") { $0.limits = limit(for: 86_401) },
        Refusal("a limit over no requests", "/limits/0/minimumRequests") { $0.limits = limit(requests: 0) },
    ]

    private static func drift(_ change: (inout DriftComparison) -> Void) -> [Check] {
        var rule = DriftComparison()
        change(&rule)
        return [.errorRate(), .drift(rule)]
    }

    private static func quality(_ change: (inout QualityComparison) -> Void) -> [Check] {
        [.errorRate(), .quality(nil, change)]
    }

    private static func signal(_ change: (inout SignalComparison) -> Void) -> [Check] {
        var rule = SignalComparison(signal: signalName("ttft"), direction: .higher)
        change(&rule)
        return [.errorRate(), Check(name: "signal", comparison: .signal(rule), weight: 1)]
    }

    private static func external(_ change: (inout ExternalComparison) -> Void) -> [Check] {
        var rule = ExternalComparison(source: .webhook(url: "https://metrics.example/load"), above: 1)
        change(&rule)
        return [.errorRate(), Check(name: "load", comparison: .external(rule), weight: 1)]
    }

    static let comparisons: [Refusal] = [
        Refusal("a difference of no size", "/checks/1/classDifference") {
            $0.checks = drift { $0.classDifference = 0 }
        },
        Refusal("a distance above everything", "/checks/1/classDistance") {
            $0.checks = drift { $0.classDistance = 1.5 }
        },
        Refusal("an index that is no number", "/checks/1/stabilityIndex") {
            $0.checks = drift { $0.stabilityIndex = .nan }
        },
        Refusal("an endless movement", "/checks/1/movement") { $0.checks = drift { $0.movement = .infinity } },
        Refusal("a difference of most rows", "/checks/1/promotionDifference") {
            $0.checks = drift { $0.promotionDifference = 0.6 }
        },
        Refusal("a signal twice", "/checks/1/signals") { plan in
            plan.checks = drift { $0.signals = [signalName("a"), signalName("a")] }
        },
        Refusal("precision of no class", "/checks/1/class") { $0.checks = quality { $0.measure = .precision } },
        Refusal("accuracy of a class", "/checks/1/class") {
            $0.checks = quality {
                $0.measure = .accuracy
                $0.class = "1"
            }
        },
        Refusal("a slice without a value", "/checks/1/slice") { $0.checks = quality { $0.slice = "region" } },
        Refusal("a slice without a name", "/checks/1/slice") { $0.checks = quality { $0.slice = "=eu" } },
        Refusal("quality harm below equality", "/checks/1/harmOddsRatio") {
            $0.checks = quality { $0.harmOddsRatio = 0.9 }
        },
        Refusal("quality promotion not above harm", "/checks/1/promotionOddsRatio") {
            $0.checks = quality { $0.promotionOddsRatio = 1.05 }
        },
        Refusal("a loss below nothing", "/checks/1/minimumDifference") {
            $0.checks = quality { $0.minimumDifference = -1 }
        },
        Refusal("a margin of nothing", "/checks/1/promotionMargin") { $0.checks = quality { $0.promotionMargin = 0 } },
        Refusal("a handful of labels", "/checks/1/minimumLabels") { $0.checks = quality { $0.minimumLabels = 49 } },
        Refusal("a signal's harm of the better", "/checks/1/harmRatio") { $0.checks = signal { $0.harmRatio = 0.5 } },
        Refusal("a signal's promotion of the harmful", "/checks/1/promotionRatio") {
            $0.checks = signal { $0.promotionRatio = 1.05 }
        },
        Refusal("a negative tolerance", "/checks/1/tolerance") { $0.checks = signal { $0.tolerance = -1 } },
        Refusal("no bound", "/checks/1") { $0.checks = external { $0.above = nil } },
        Refusal("an endless bound", "/checks/1/above") { $0.checks = external { $0.above = .infinity } },
        Refusal("a bound against the direction", "/checks/1/below") { $0.checks = external { $0.below = 0 } },
        Refusal("the same the other way", "/checks/1/above") { $0.checks = external { $0.direction = .lower } },
        Refusal("bounds that leave nothing", "/checks/1/below") {
            $0.checks = external {
                $0.direction = .either
                $0.below = 2
            }
        },
        Refusal("a ratio of equality", "/checks/1/maximumRatio") { $0.checks = external { $0.maximumRatio = 1 } },
        Refusal("more breaches than readings", "/checks/1/breaches") { $0.checks = external { $0.of = 2 } },
        Refusal("no breach", "/checks/1/breaches") { $0.checks = external { $0.breaches = 0 } },
        Refusal("too many readings", "/checks/1/of") { $0.checks = external { $0.of = 1_001 } },
        Refusal("a stretch below the interval", "/checks/1/forSeconds") { $0.checks = external { $0.forSeconds = 9 } },
        Refusal("an address of another kind", "/checks/1/source/webhook/url") {
            $0.checks = external { $0.source = .webhook(url: "file:///etc") }
        },
        Refusal("an address with a blank", "/checks/1/source/prometheus/url") {
            $0.checks = external { $0.source = .prometheus(url: "http://a /b", query: "up") }
        },
        Refusal("no query", "/checks/1/source/prometheus/query") {
            $0.checks = external { $0.source = .prometheus(url: "http://a", query: "") }
        },
        Refusal("a ratio of one number", "/checks/1/source/prometheus/query") {
            $0.checks = external {
                $0.source = .prometheus(url: "http://a", query: "up")
                $0.maximumRatio = 2
            }
        },
        Refusal("a guard of stable at no errors", "/stableGuard/errorShare") {
            $0.stableGuard = StableGuard(errorShare: 0)
        },
        Refusal("a guard of stable on nothing", "/stableGuard/requests") { $0.stableGuard = StableGuard(requests: 0) },
        Refusal("a guard of stable over no time", "/stableGuard/withinSeconds") {
            $0.stableGuard = StableGuard(withinSeconds: 0)
        },
        Refusal("a hold for ever", "/stableGuard/holdSeconds") { $0.stableGuard = StableGuard(holdSeconds: .max) },
        Refusal("more breaches than intervals", "/limits/0/breaches") {
            $0.limits = limit()
            $0.limits[0].breaches = 7
        },
        Refusal("a limit of no breach", "/limits/0/breaches") {
            $0.limits = limit()
            $0.limits[0].breaches = 0
        },
    ]

    @Test("A plan that breaks one rule of a comparison gets exactly that complaint", arguments: comparisons)
    func refusesComparisons(refusal: Refusal) { self.expectOne(refusal) }

    @Test("A plan that breaks one rule of its shape gets exactly that complaint", arguments: shape)
    func refusesShape(refusal: Refusal) { self.expectOne(refusal) }

    @Test("A plan that breaks one rule of its guards gets exactly that complaint", arguments: guards)
    func refusesGuards(refusal: Refusal) { self.expectOne(refusal) }

    private func expectOne(_ refusal: Refusal) {
        var plan = RolloutPlan()
        refusal.change(&plan)

        #expect(plan.complaints().map(\.pointer) == [refusal.pointer])
    }

    @Test("A first step may mirror, with clients of its own or without; a baseline fits beside one half")
    func allows() {
        let next = RolloutPlan.Step(weight: basisPoints(5_000))
        for weight in [Weight.zero, .fivePercent] {
            let first = RolloutPlan.Step(weight: weight, mirror: basisPoints(1))
            #expect(RolloutPlan(steps: [first, next], baseline: true).complaints().isEmpty)
        }
    }

    @Test("A plan without an enforced check is told that nothing guards the canary's clients")
    func refusesUnguarded() {
        let complaints = RolloutPlan(promotion: .noViolation, checks: [.errorRate(mode: .dryRun)]).complaints()

        #expect(complaints.map(\.pointer) == ["/checks"])
        #expect(complaints.first?.message.contains("guards") == true)
    }

    @Test("An interval beyond all bounds is a complaint, not a crash, beside a limit")
    func hugeInterval() {
        let plan = RolloutPlan(intervalSeconds: .max, limits: Self.limit())

        #expect(plan.complaints().map(\.pointer) == ["/intervalSeconds", "/limits/0/forSeconds"])
    }

    @Test("The default plan and the ends of the ranges are without complaint")
    func accepted() {
        var widest = RolloutPlan(steps: (1...50).map { .init(weight: basisPoints($0 * 199)) }, bakeSeconds: 0)
        widest.assignment = .cookie("serin_session")
        widest.limits = Self.limit(.errorRate, above: 0.99, for: 10)
        widest.checks[0].weight = 1_000

        #expect(RolloutPlan().complaints() == [])
        #expect(RolloutPlan.fixture().complaints() == [])
        #expect(widest.complaints() == [])
        #expect(RolloutPlan(promotion: .noViolation, hardStop: nil).complaints() == [])
    }

    @Test("A plan stored before there were other checks and guards has their defaults")
    func oldPlan() throws {
        let document = #"""
            {"steps":[{"weight":500,"approval":false}],"intervalSeconds":10,"bakeSeconds":60,"minimumRequests":100,
             "deadlineSeconds":3600,"warmUp":{"seconds":0,"requests":0},"alpha":0.05,"promotionAlpha":0.05,
             "promotion":"nonInferiority","checks":[{"name":"error-rate","metric":"errorRate","mode":"enforced",
             "weight":1,"required":true,"harmOddsRatio":1.1,"promotionOddsRatio":1.5,"acceptableShare":0.005,
             "minimumDifference":0.001}],"limits":[{"metric":"p99Latency","above":200,"forSeconds":60,
             "minimumRequests":1}],"onNoData":{"action":"hold","afterSeconds":0},
             "onError":{"action":"hold","afterSeconds":0},"onInconclusive":{"action":"hold","afterSeconds":0},
             "assignment":{}}
            """#

        let plan = try JSONDecoder().decode(RolloutPlan.self, from: Data(document.utf8))

        var expected = RolloutPlan.fixture(checks: [.errorRate()], limits: Self.limit())
        expected.hardStop = nil
        #expect(plan == expected)
        #expect(plan.stableGuard == StableGuard())
    }

    static let everyCheck: [Check] =
        Check.defaults + [
            .drift(DriftComparison(signals: [signalName("a b")]), mode: .warning),
            .quality(.f1, class: "cat") {
                $0.slice = "region=eu"
                $0.promotionMargin = 0.1
            },
            Check(
                name: "ttft",
                comparison: .signal(SignalComparison(signal: signalName("ttft"), direction: .lower, tolerance: 3)),
                weight: 1,
                onNoData: .ignore
            ),
            Check(
                name: "load",
                comparison: .external(
                    ExternalComparison(
                        source: .prometheus(url: "http://a", query: "x{v=\"$version\"}"),
                        maximumRatio: 2,
                        forSeconds: 60
                    )
                ),
                weight: 1,
                onNoData: .rollback
            ),
        ]

    @Test("Every kind of check survives storage, and so does a guard that is switched off")
    func roundTripOfChecks() throws {
        var plan = RolloutPlan.fixture(checks: Self.everyCheck)
        plan.stableGuard = nil
        plan.limits = Self.limit()
        plan.limits[0].breaches = 3

        let back = try JSONDecoder().decode(RolloutPlan.self, from: JSONEncoder().encode(plan))

        #expect(back == plan)
        #expect(Set(plan.checks.map(\.comparison.metric)) == Set(Comparison.metrics))
    }

    @Test("A plan survives storage", arguments: [AssignmentRule.perRequest, .header("x-user"), .cookie("session")])
    func roundTrip(assignment: AssignmentRule) throws {
        let plan = RolloutPlan.fixture(
            steps: RolloutMachineCases.steps,
            checks: [.errorRate(mode: .dryRun), .latency()],
            limits: Self.limit(),
            assignment: assignment
        )

        let back = try JSONDecoder().decode(RolloutPlan.self, from: JSONEncoder().encode(plan))

        #expect(back == plan)
    }

    @Test(
        "A stored plan from before a rule was made is judged all the same",
        arguments: [.leastNonzeroMagnitude, 1e300, 0, -1, .nan]
    )
    func storedPlans(number: Double) {
        var plan = RolloutPlan.fixture(checks: [.errorRate(), .latency(), .drift(), .quality(.brier)])
        plan.checks[0].weight = number
        var promotion = RolloutPlan.fixture(checks: [.errorRate(), .latency()])
        (promotion.alpha, promotion.promotionAlpha, promotion.deadlineSeconds) = (number, number, 0)

        for plan in [plan, promotion] {
            let found = Judge.folding((0..<3).map { .healthy(interval: $0) }, plan: plan).assess(afterIntervals: 3)
            #expect(found.checks.count == plan.checks.count)
            #expect(found.checks.allSatisfy { $0.harm.logThreshold > 0 && $0.harm.logThreshold.isFinite })
        }
    }
}

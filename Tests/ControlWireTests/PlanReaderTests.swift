import ControlWire
import Foundation
import RolloutCore
import Testing

@Suite("Plans as documents")
struct PlanReaderTests {
    static func read(_ document: String) throws -> RolloutPlan {
        try PlanReader.read(JSONValue(parsing: Array(document.utf8)), at: "/plan")
    }

    static func check(_ document: String) throws -> Check? {
        try self.read(#"{"checks":[\#(document)]}"#).checks.first
    }

    private static func name(_ text: String) -> SignalName {
        guard let name = try? SignalName(text) else { preconditionFailure("not a signal's name") }
        return name
    }

    @Test("An empty plan is the default plan")
    func defaults() throws {
        #expect(try Self.read("{}") == RolloutPlan())
    }

    static let checks: [(String, Check)] = [
        (
            #"{"metric":"errorRate"}"#,
            Check(name: "errorRate", comparison: .errorRate(ShareComparison()), weight: 1)
        ),
        (
            #"{"metric":"invalidOutputs","mode":"warning"}"#,
            Check(
                name: "invalidOutputs",
                comparison: .invalidOutputs(ShareComparison(minimumDifference: 0.005)),
                mode: .warning,
                weight: 1,
                required: false
            )
        ),
        (
            #"{"metric":"predictionDrift","name":"drift","signals":["label","a b"],"classDifference":0.1,"movement":2}"#,
            Check(
                name: "drift",
                comparison: .predictionDrift(
                    DriftComparison(signals: [name("label"), name("a b")], classDifference: 0.1, movement: 2)
                ),
                weight: 1,
                required: false
            )
        ),
        (
            #"{"metric":"quality"}"#,
            Check(name: "quality", comparison: .quality(QualityComparison()), weight: 1, required: false)
        ),
        (
            #"""
            {"metric":"quality","measure":"f1","class":"cat","slice":"region=eu","harmOddsRatio":1.2,
             "promotionOddsRatio":2,"acceptableShare":0,"minimumDifference":0.01,"minimumLabels":100,
             "required":true,"onNoData":"rollback"}
            """#,
            Check(
                name: "quality",
                comparison: .quality(
                    QualityComparison(
                        measure: .f1,
                        class: "cat",
                        slice: "region=eu",
                        harmOddsRatio: 1.2,
                        promotionOddsRatio: 2,
                        acceptableShare: 0,
                        minimumDifference: 0.01,
                        minimumLabels: 100
                    )
                ),
                weight: 1,
                onNoData: .rollback
            )
        ),
        (
            #"{"metric":"signal","signal":"ttft","direction":"higher","harmRatio":1.2,"tolerance":20}"#,
            Check(
                name: "signal",
                comparison: .signal(
                    SignalComparison(signal: name("ttft"), direction: .higher, harmRatio: 1.2, tolerance: 20)
                ),
                weight: 1,
                required: false
            )
        ),
        (
            #"""
            {"metric":"external","name":"gpu","source":{"prometheus":{"url":"http://p:9090","query":"g{v=\"$version\"}"}},
             "maximumRatio":1.5,"of":2,"onNoData":"ignore"}
            """#,
            Check(
                name: "gpu",
                comparison: .external(
                    ExternalComparison(
                        source: .prometheus(url: "http://p:9090", query: #"g{v="$version"}"#),
                        maximumRatio: 1.5,
                        breaches: 2,
                        of: 2
                    )
                ),
                weight: 1,
                required: false,
                onNoData: .ignore
            )
        ),
        (
            #"{"metric":"external","source":{"webhook":{"url":"http://w"}},"direction":"lower","below":3,"forSeconds":60}"#,
            Check(
                name: "external",
                comparison: .external(
                    ExternalComparison(
                        source: .webhook(url: "http://w"),
                        direction: .lower,
                        below: 3,
                        forSeconds: 60
                    )
                ),
                weight: 1,
                required: false
            )
        ),
    ]

    @Test("Each kind of check is read, with its defaults", arguments: checks)
    func check(document: String, expected: Check) throws {
        #expect(try Self.check(document) == expected)
    }

    static let refusals: [(String, String)] = [
        (#"{"checks":[{"metric":"accuracy"}]}"#, "/plan/checks/0/metric"),
        (#"{"checks":[{"metric":"errorRate","mode":"muted"}]}"#, "/plan/checks/0/mode"),
        (#"{"checks":[{"metric":"errorRate","onNoData":"pass"}]}"#, "/plan/checks/0/onNoData"),
        (#"{"checks":[{"metric":"errorRate","measure":"f1"}]}"#, "/plan/checks/0/measure"),
        (#"{"checks":[{"metric":"quality","measure":"beauty"}]}"#, "/plan/checks/0/measure"),
        (#"{"checks":[{"metric":"quality","minimumLabels":1.5}]}"#, "/plan/checks/0/minimumLabels"),
        (#"{"checks":[{"metric":"predictionDrift","signals":["a",1]}]}"#, "/plan/checks/0/signals/1"),
        (#"{"checks":[{"metric":"predictionDrift","signals":[""]}]}"#, "/plan/checks/0/signals/0"),
        (#"{"checks":[{"metric":"signal","direction":"higher"}]}"#, "/plan/checks/0/signal"),
        (#"{"checks":[{"metric":"signal","signal":"a"}]}"#, "/plan/checks/0/direction"),
        (#"{"checks":[{"metric":"signal","signal":"a","direction":"up"}]}"#, "/plan/checks/0/direction"),
        (#"{"checks":[{"metric":"external","above":1}]}"#, "/plan/checks/0/source"),
        (#"{"checks":[{"metric":"external","source":{}}]}"#, "/plan/checks/0/source"),
        (#"{"checks":[{"metric":"external","source":{"webhook":{}}}]}"#, "/plan/checks/0/source/webhook/url"),
        (
            #"{"checks":[{"metric":"external","source":{"webhook":{"url":"a","q":1}}}]}"#,
            "/plan/checks/0/source/webhook/q"
        ),
        (#"{"checks":[{"metric":"external","source":{"graphite":{}}}]}"#, "/plan/checks/0/source/graphite"),
        (#"{"stableGuard":{"errors":1}}"#, "/plan/stableGuard/errors"),
        (#"{"limits":[{"metric":"p99Latency","above":1,"of":5,"forSeconds":50}]}"#, "/plan/limits/0/of"),
        (#"{"limits":[{"metric":"p99Latency","above":1,"of":0}]}"#, "/plan/limits/0/of"),
    ]

    @Test("A wrong field is named", arguments: refusals)
    func refusal(document: String, pointer: String) {
        let refused = #expect(throws: InvalidValue.self) { try Self.read(document) }

        #expect(refused?.pointer == pointer)
    }

    @Test("A guard that is null is off, one that is absent is not")
    func guards() throws {
        #expect(try Self.read(#"{"stableGuard":null}"#).stableGuard == nil)
        #expect(try Self.read(#"{"hardStop":null}"#).stableGuard == StableGuard())
        #expect(
            try Self.read(#"{"stableGuard":{"errorShare":0.2,"holdSeconds":60}}"#).stableGuard
                == StableGuard(errorShare: 0.2, holdSeconds: 60)
        )
    }

    @Test("M of N intervals of a limit may be named as such")
    func limit() throws {
        let plan = try Self.read(
            #"{"intervalSeconds":5,"limits":[{"metric":"errorRate","above":0.1,"breaches":3,"of":5}]}"#
        )

        #expect(plan.limits == [AbsoluteLimit(metric: .errorRate, above: 0.1, forSeconds: 25, breaches: 3)])
        #expect(plan.complaints() == [])
    }

    @Test("A plan as it is shown can be sent again unchanged", arguments: [true, false])
    func roundTrip(hasGuards: Bool) throws {
        var plan = RolloutPlan()
        plan.checks = Self.checks.enumerated().map { index, item in
            var check = item.1
            check.name = "c\(index)"
            return check
        }
        if !hasGuards { (plan.hardStop, plan.stableGuard) = (nil, nil) }
        plan.limits = [AbsoluteLimit(metric: .p50Latency, above: 3, forSeconds: 20, breaches: 1)]

        let shown = String(decoding: try JSONEncoder().encode(plan), as: UTF8.self)

        #expect(try Self.read(shown) == plan)
    }
}

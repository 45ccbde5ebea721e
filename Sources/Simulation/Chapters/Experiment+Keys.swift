import RolloutCore
import Statistics

extension Experiment {
    var burstTable: ResultTable {
        table(
            .bursts,
            "Errors of 1 % in bursts, every request drawn to a version by itself: false rollbacks; else delay",
            [1.0, 2, 5, 10].map {
                StickyTraffic(meanBurst: $0, isSticky: false).scenario("mean burst \(Int($0)), alike")
            } + [StickyTraffic(meanBurst: 5, harm: 3, isSticky: false).scenario("mean burst 5, 1->3 %")],
            [
                .unpromised(.cumulativeZ("z test at every look, one-sided 5 %", pValue: alpha)) { $0.byRequest },
                Rule.stratified("stratified e-process").reading(\.byRequest),
                Rule.judgedErrors("judge: errors, no tolerance", plan([.strictErrors])).reading(\.byRequest),
                Rule.judgedErrors("judge: default plan", plan()).reading(\.byRequest),
            ]
        )
    }

    var stickyTable: ResultTable {
        var ramped = StickyTraffic(keys: 20_000, meanBurst: 5, span: 3, heavyShare: 0.5)
        ramped.share = ramp
        ramped.errorGrowth = 0.01 / Double(intervals)
        return table(
            .sticky,
            "Errors of 1 % in bursts of keys that stay with their version, which is like the other: false rollbacks",
            [1.0, 2, 5, 10].map { StickyTraffic(meanBurst: $0).scenario("burst \(Int($0))") } + [
                StickyTraffic(keys: 2_000, meanBurst: 5, span: 3).scenario("5 over 3 intervals"),
                StickyTraffic(keys: 2_000, meanBurst: 10, span: 3).scenario("10 over 3"),
                StickyTraffic(keys: 200).scenario("200 keys"),
                StickyTraffic(keys: 2_000, meanBurst: 3, heavyShare: 0.5).scenario("1 % make half"),
                ramped.scenario("all this on a ramp"),
            ],
            stickyRules + [.judged("judge: errors, no tolerance", stickyPlan([.strictErrors]))]
        )
    }

    var stickyDelayTable: ResultTable {
        let half = intervals / 2 + 1
        return table(
            .stickyDelay,
            "The same when the canary's keys fail three times as often: delay; rules without * break their bound above",
            [
                StickyTraffic(harm: 3).scenario("burst 1"),
                StickyTraffic(meanBurst: 2, harm: 3).scenario("burst 2"),
                StickyTraffic(meanBurst: 5, harm: 3).scenario("burst 5"),
                StickyTraffic(keys: 2_000, harm: 3).scenario("2 000 keys"),
                StickyTraffic(keys: 2_000, harm: 3, harmStart: half).scenario("2 000 keys, at \(half)"),
                StickyTraffic(keys: 200, harm: 3).scenario("200 keys"),
            ],
            stickyRules + [
                .judged("judge: errors, no tolerance", stickyPlan([.strictErrors])),
                .judged("judge: default plan", stickyPlan(Check.defaults)),
            ]
        )
    }

    private func stickyPlan(_ checks: [Check]) -> RolloutPlan {
        var plan = plan(checks)
        plan.assignment = .header("x-user")
        return plan
    }

    private var stickyRules: [Rule<PlaceFailures>] {
        let tempered = StratifiedEProcess.harm(tempering: .estimated)
        return [
            .unpromised(.cumulativeZ("z test at every look, one-sided 5 %", pValue: alpha)) { $0.byRequest },
            .unpromised(.stratified("e-process on requests")) { $0.byRequest },
            .unpromised(.stratified("same, tempered", tempered)) { $0.byRequest },
            .unpromised(.stratified("e-process on failing keys of an interval")) { $0.byKey },
            .unpromised(.stratified("same, tempered", tempered)) { $0.byKey },
        ]
    }

    var slowKeyTable: ResultTable {
        // Eight watches after the warm-up.
        let watchLength = (intervals - 1 + 7) / 8
        return table(
            .slowKeys,
            "Latency of keys that stay with their version, a part of the variance being the key's: false rollbacks; else delay",
            [
                KeyedLatencyTraffic(watchLength: watchLength, keys: 20_000, keyVariance: 0.1).scenario(
                    "20 000 keys, .1, alike"
                ),
                KeyedLatencyTraffic(watchLength: watchLength, keys: 2_000, keyVariance: 0.5).scenario(
                    "2 000 keys, .5, alike"
                ),
                KeyedLatencyTraffic(watchLength: watchLength, keys: 200, keyVariance: 0.1).scenario(
                    "200 keys, .1, alike"
                ),
                KeyedLatencyTraffic(watchLength: watchLength, keys: 2_000, keyVariance: 0.5, slowness: 1.3).scenario(
                    "2 000 keys, .5, x1.3"
                ),
            ],
            [
                .allRequests("exceedance on all requests", tempering: .none),
                .allRequests("same, tempered (as judged, outside alpha)", tempering: .estimated),
                .samples("exceedance on the first request of a watch"),
            ]
        )
    }
}

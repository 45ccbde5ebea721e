import RolloutCore
import Statistics

extension Experiment {
    var binaryTable: ResultTable {
        table(
            .binary,
            "Bad requests, 100 of the canary and 1 900 of stable in an interval: false rollbacks; else median (p90) delay in intervals",
            [
                BinaryTraffic(canary: 0.01, stable: 0.01).scenario("errors 1 %, alike", .alike),
                BinaryTraffic(canary: 0.08, stable: 0.08).scenario("wrong 8 %, alike", .alike),
                BinaryTraffic(canary: 0.03, stable: 0.01).scenario("errors 1->3 %", .worse(from: 1)),
                BinaryTraffic(canary: 0.015, stable: 0.01).scenario("errors 1->1.5 %", .worse(from: 1)),
                BinaryTraffic(canary: 0.12, stable: 0.08).scenario("accuracy .92->.88", .worse(from: 1)),
            ],
            // Plans of looks take long to compute where nobody asks for them.
            (scope == .everything ? naiveBinaryRules : []) + ownBinaryRules
        )
    }

    private var naiveBinaryRules: [Rule<BinaryCounts>] {
        [
            .cumulativeZ("z test at every look, one-sided 5 %", pValue: alpha),
            .cumulativeZ("z test at every look, two-sided 5 %", pValue: alpha, sides: .two),
            .cumulativeZ("z test once, at the end", pValue: alpha, onlyAt: intervals),
            .lastIntervalZ("z test of the last interval", pValue: alpha),
            .ratio("rate > 1.5 x stable's in an interval", above: 1.5, running: 1),
            .ratio("rate > 1.5 x stable's in 3 running", above: 1.5, running: 3),
            .cumulativeZ("z test, Bonferroni over the looks", pValue: alpha / Double(intervals)),
            .spending("O'Brien-Fleming spending", .obrienFleming, looks: intervals),
            .spending("Pocock spending", .pocock, looks: intervals),
            .mixtureRatio("mSPRT, two-sided, tau .01, 1 event of each", spread: 0.01, events: 1),
            .mixtureRatio("same, 5 events of each", spread: 0.01, events: 5),
            .asymptotic("asymptotic CS, pooled", isStratified: false),
        ]
    }

    private var ownBinaryRules: [Rule<BinaryCounts>] {
        [
            .countShare("count share, two-sided", .twoSided),
            .countShare("count share, harm", .harm()),
            .stratified("stratified e-process"),
            .judgedErrors("judge: errors, no tolerance", plan([.strictErrors])),
            .judgedAborts("judge: aborts, no tolerance", plan([.strictAborts])),
            .judgedErrors("judge: default plan", plan()),
        ]
    }

    var lateTable: ResultTable {
        let (horizon, change) = (StartTimes.spread(horizon: intervals), secondHalf)
        return table(
            .late,
            "A regression that begins at interval \(change): delay since then; false rollbacks before it",
            [
                BinaryTraffic(canaryBad: { $0 < change ? 0.01 : 0.03 }, stableBad: { _ in 0.01 })
                    .scenario("errors 1->3 % at \(change)", .worse(from: change)),
                BinaryTraffic(canaryBad: { $0 < change ? 0.08 : 0.12 }, stableBad: { _ in 0.08 })
                    .scenario("accuracy .92->.88 at \(change)", .worse(from: change)),
            ],
            [
                .cumulativeZ("z test at every look, one-sided 5 %", pValue: alpha),
                .stratified("stratified e-process, from the start"),
                .stratified("same, start-time mixture", .harm(startTimes: horizon)),
                .judgedErrors("judge: errors, no tolerance", plan([.strictErrors])),
                .judgedErrors("judge: default plan", plan()),
            ]
        )
    }

    /// The first interval of the second half of a rollout.
    private var secondHalf: Int { intervals / 2 + 1 }

    var rampTable: ResultTable {
        let intervals = intervals
        let growth: @Sendable (Int) -> Double = { 0.01 + 0.01 * Double($0) / Double(intervals) }
        var doubling = BinaryTraffic(alike: growth)
        doubling.share = ramp
        var worse = BinaryTraffic(canaryBad: { 1.5 * growth($0) }, stableBad: growth)
        worse.share = ramp
        return table(
            .ramp,
            "A ramp 5, 10, 25, 50 % in equal steps while everybody's errors grow from 1 to 2 %",
            [
                doubling.scenario("alike", .alike),
                worse.scenario("canary 1.5 x as many", .worse(from: 1)),
            ],
            [
                .cumulativeZ("z test at every look, one-sided 5 %", pValue: alpha),
                .asymptotic("asymptotic CS, pooled", isStratified: false),
                .asymptotic("asymptotic CS, stratified", isStratified: true),
            ] + engineRules
        )
    }

    var driftTable: ResultTable {
        let (change, growth) = (secondHalf, Double(max(intervals / 5, 1)))
        return table(
            .drift,
            "Stable itself gets worse: everybody's errors rise from 1 to 1.5 % at interval \(change), or to 5 % within a fifth of the rollout",
            [
                BinaryTraffic(alike: { $0 < change ? 0.01 : 0.015 }).scenario("1->1.5 %, alike", .alike),
                BinaryTraffic(alike: { 0.01 + 0.04 * min(max(Double($0 - change + 1) / growth, 0), 1) })
                    .scenario("1->5 %, alike", .alike),
            ],
            [
                .againstThePast("z test against stable's past", rate: 0.01, requests: 1_000_000),
                .cumulativeZ("z test at every look, one-sided 5 %", pValue: alpha),
            ] + engineRules
        )
    }

    private var engineRules: [Rule<BinaryCounts>] {
        [
            .countShare("count share, harm", .harm()),
            .stratified("stratified e-process"),
            .judgedErrors("judge: errors, no tolerance", plan([.strictErrors])),
            .judgedAborts("judge: aborts, no tolerance", plan([.strictAborts])),
            .judgedErrors("judge: default plan", plan()),
        ]
    }

    var splitTable: ResultTable {
        table(
            .split,
            "The split of 2 000 requests in an interval, configured as 5 %: false alarms; else delay",
            [
                SplitTraffic(actualShare: 0.05).scenario("as configured", .alike),
                SplitTraffic(actualShare: 0.06).scenario("6 %", .worse(from: 1)),
                SplitTraffic(actualShare: 0.052).scenario("5.2 %", .worse(from: 1)),
            ],
            [
                .shareZ("z test at every look, two-sided 5 %"),
                .sampleRatio("sample ratio, E >= 20"),
                .sampleRatio("sample ratio, E >= 1 000 (freezes)", alpha: 1 / SampleRatioTest.freezeThreshold),
            ]
        )
    }
}

extension Rule where Interval == BinaryCounts {
    fileprivate static func countShare(_ name: String, _ grid: OddsRatioGrid) -> Rule {
        evidence(name, CountShareEProcess(grid: grid)) { process, counts in
            process.fold(canary: counts.bad1, stable: counts.bad0, share: counts.share)
        }
    }
}

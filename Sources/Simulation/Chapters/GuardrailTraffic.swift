import Statistics

/// Ten guardrails of different kinds, all of versions that are alike.
struct GuardrailTraffic: Sendable {
    struct Interval: Sendable {
        let errors: BinaryCounts
        let aborts: BinaryCounts
        let wrong: BinaryCounts
        let missing: BinaryCounts
        let latency: LatencyCounts
        let classes: HistogramStratum
        let scores: HistogramStratum
        let split: BinaryCounts
        let ranking: RankedRows
    }

    private let errors = BinaryTraffic(canary: 0.01, stable: 0.01)
    private let aborts = BinaryTraffic(canary: 0.005, stable: 0.005)
    private let wrong = BinaryTraffic(canary: 0.08, stable: 0.08)
    private let missing = BinaryTraffic(canary: 0.02, stable: 0.02)
    private let latency = LatencyTraffic()
    private let classes = HistogramTraffic.classes(moved: 0)
    private let scores = HistogramTraffic.score(shift: 0)
    private let split = SplitTraffic(actualShare: 0.05)
    private let ranking = RankingTraffic(canaryArea: 0.85, stableArea: 0.85)

    func scenario(_ name: String) -> Scenario<Interval> {
        Scenario(name, .alike) { random in
            let latencies = latency.scenario("", .alike).begin(&random)
            var interval = 0
            return { random in
                interval += 1
                return Interval(
                    errors: errors.counts(ofInterval: interval, &random),
                    aborts: aborts.counts(ofInterval: interval, &random),
                    wrong: wrong.counts(ofInterval: interval, &random),
                    missing: missing.counts(ofInterval: interval, &random),
                    latency: latencies(&random),
                    classes: classes.stratum(&random),
                    scores: scores.stratum(&random),
                    split: split.counts(&random),
                    ranking: ranking.rows(&random)
                )
            }
        }
    }

    /// Each guardrail at its tenth of α, and all of them together; what the naive tests of the same would do.
    static var rules: [Rule<Interval>] {
        let part = alpha / 10
        let own: [Rule<Interval>] = [
            Rule.stratified("errors", alpha: part).reading(\.errors),
            Rule.stratified("aborts", alpha: part).reading(\.aborts),
            Rule.stratified("wrong", alpha: part).reading(\.wrong),
            Rule.stratified("missing", alpha: part).reading(\.missing),
            Rule.exceedance("latency", alpha: part).reading(\.latency),
            Rule.asymptotic("mean of ln latency", promise: .falseRollbacks(atMost: part), alpha: part) { $0.logarithms }
                .reading(\.latency),
            Rule.evidence("classes", .eachBucket, alpha: part).reading(\.classes),
            Rule.evidence("scores", .eachCut, alpha: part).reading(\.scores),
            Rule.sampleRatio("split", alpha: part).reading(\.split),
            Rule.asymptotic("AUC", alpha: part).reading(\.ranking),
        ]
        let naive: [Rule<Interval>] = [
            Rule.cumulativeZ("errors", pValue: alpha).reading(\.errors),
            Rule.cumulativeZ("aborts", pValue: alpha).reading(\.aborts),
            Rule.cumulativeZ("wrong", pValue: alpha).reading(\.wrong),
            Rule.cumulativeZ("missing", pValue: alpha).reading(\.missing),
            Rule.kolmogorovSmirnov("latency", pValue: alpha).reading(\.latency),
            Rule.meanTest("mean latency").reading(\.latency),
            Rule.chiSquare("classes").reading(\.classes),
            Rule.chiSquare("scores").reading(\.scores),
            Rule.shareZ("split").reading(\.split),
            Rule.deLong("AUC").reading(\.ranking),
        ]
        return [
            .any("tests of 5 % at every look, any of ten kinds", of: naive),
            .any("ours at 1/10 of alpha, any of ten kinds", promise: .ours, of: own),
        ]
    }
}

import RolloutCore
import Statistics

extension Experiment {
    var latencyTable: ResultTable {
        table(
            .latency,
            "Latency, lognormal with median 50 ms and sigma .6: false rollbacks; else median (p90) delay in intervals",
            [
                LatencyTraffic().scenario("alike", .alike),
                LatencyTraffic(slowness: 3, slowedShare: 0.041).scenario("4.1 % of requests x3", .worse(from: 1)),
                LatencyTraffic(slowness: 1.3, slowedShare: 1).scenario("all x1.3", .worse(from: 1)),
            ],
            [
                .kolmogorovSmirnov("KS at every look, 5 %", pValue: alpha),
                .kolmogorovSmirnov("KS of the last interval", pValue: alpha, isCumulative: false),
                .mannWhitney("Mann-Whitney at every look, one-sided 5 %"),
                .meanTest("t test of means at every look, one-sided 5 %"),
                .percentileRatio("p99 of the interval > 1.2 x stable's", above: 1.2),
                .kolmogorovSmirnov("KS, Bonferroni over the looks", pValue: alpha / Double(intervals)),
                .distributionBands("sequential KS, Howard-Ramdas bands", requests: (100, 1_900), looks: intervals),
                .asymptotic("asymptotic CS, mean", promise: .none) { $0.moments },
                .asymptotic("asymptotic CS, mean of logarithms", promise: .ours) { $0.logarithms },
                .exceedance("exceedance p50/p90/p95/p99"),
                .judged("judge: latency, no tolerance", plan([.strictLatency])),
                .judged("judge: default plan", plan()),
            ]
        )
    }

    var scoreTable: ResultTable {
        let shifts = [0.1, 0.2, 0.5]
        return table(
            .scores,
            "A normal score in ten buckets between stable's deciles: false alarms; else median (p90) delay in intervals",
            [HistogramTraffic.score(shift: 0).scenario("no drift", .alike)]
                + shifts.map { HistogramTraffic.score(shift: $0).scenario("shift \($0) sigma", .worse(from: 1)) },
            [
                .stability("PSI > 0.1 of the interval", above: 0.1, isCumulative: false),
                .stability("PSI > 0.2 of the interval", above: 0.2, isCumulative: false),
                .stability("PSI > 0.25 of the interval", above: 0.25, isCumulative: false),
                .stability("PSI > 0.1 of all rows", above: 0.1, isCumulative: true),
                .stability("PSI > 0.1 of all rows, after 1 000", above: 0.1, isCumulative: true, rows: 1_000),
                .jensenShannon("JS distance > 0.1 of the interval", above: 0.1),
                .chiSquare("chi-square at every look, 5 %"),
                .evidence("mixture over decile cuts, two-sided", .eachCut),
            ]
        )
    }

    var classTable: ResultTable {
        table(
            .classes,
            "Predictions of ten classes, one of them half of all: false alarms; else median (p90) delay in intervals",
            [
                HistogramTraffic.classes(moved: 0).scenario("alike", .alike),
                HistogramTraffic.classes(moved: 0.02).scenario("2 points move", .worse(from: 1)),
                HistogramTraffic.classes(moved: 0.05).scenario("5 points move", .worse(from: 1)),
            ],
            [
                .lInfinity("L-infinity > 0.1 of the interval", above: 0.1),
                .stability("PSI > 0.2 of the interval", above: 0.2, isCumulative: false),
                .chiSquare("chi-square at every look, 5 %"),
                .evidence("mixture over classes, two-sided", .eachBucket),
            ]
        )
    }

    var rankingTable: ResultTable {
        table(
            .ranking,
            "AUC of 100 labelled rows of the canary and 1 900 of stable in an interval, a fifth positive: false rollbacks; else delay",
            [
                RankingTraffic(canaryArea: 0.85, stableArea: 0.85).scenario("AUC .85, alike", .alike),
                RankingTraffic(canaryArea: 0.8, stableArea: 0.85).scenario("AUC .85->.80", .worse(from: 1)),
                RankingTraffic(canaryArea: 0.82, stableArea: 0.85).scenario("AUC .85->.82", .worse(from: 1)),
            ],
            [
                .deLong("DeLong's z at every look, one-sided 5 %"),
                .asymptotic("asymptotic CS, stratified"),
            ]
        )
    }
}

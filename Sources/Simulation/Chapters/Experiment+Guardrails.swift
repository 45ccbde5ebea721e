import Statistics

extension Experiment {
    /// Two tables would say it twice: ten guardrails of one kind, and ten of different kinds, in one.
    var guardrailTable: ResultTable {
        let alike = table(
            .guardrails,
            "Ten guardrails of versions that are alike: false rollbacks by any of them",
            [Scenario("alike", .alike) { _ in Self.tenTimes(BinaryTraffic(canary: 0.01, stable: 0.01)) }],
            Self.rulesOfTen
        )
        let kinds = table(.guardrails, "", [GuardrailTraffic().scenario("alike")], GuardrailTraffic.rules)
        return ResultTable(
            name: alike.name,
            title: alike.title,
            runs: runs,
            columns: alike.columns,
            rows: alike.rows + kinds.rows
        )
    }

    private static func tenTimes(_ traffic: BinaryTraffic) -> (inout SeededRandom) -> [BinaryCounts] {
        var interval = 0
        return { random in
            interval += 1
            return (0..<10).map { _ in traffic.counts(ofInterval: interval, &random) }
        }
    }

    private static var rulesOfTen: [Rule<[BinaryCounts]>] {
        func each(_ rule: Rule<BinaryCounts>) -> [Rule<[BinaryCounts]>] {
            (0..<10).map { index in rule.reading { $0[index] } }
        }
        return [
            .any("z test of 5 % at every look, any of ten", of: each(.cumulativeZ("z", pValue: alpha))),
            .any("e-process, each at E >= 20", of: each(.stratified("e"))),
            .any(
                "e-process, each at E >= 200 (Bonferroni)",
                promise: .ours,
                of: each(.stratified("e", alpha: alpha / 10))
            ),
            Rule("average of the ten E >= 20", promise: .ours) {
                var processes = Array(repeating: StratifiedEProcess.harm(), count: 10)
                return { counts in
                    for index in processes.indices { processes[index].fold(counts[index].stratum) }
                    return LogDomain.mean(processes.map(\.logE)) >= LogDomain.threshold(alpha: alpha)
                }
            },
        ]
    }
}

extension Experiment {
    /// Plays every scenario with every rule, as far as they are in the scope.
    func table<Interval>(
        _ chapter: Chapter,
        _ title: String,
        _ allScenarios: [Scenario<Interval>],
        _ allRules: [Rule<Interval>]
    ) -> ResultTable {
        let scenarios = allScenarios.filter { scope == .everything || $0.change != 1 }
        let rules = allRules.filter { scope == .everything || $0.promise != .none }
        let columns = scenarios.map { scenario in
            zip(firings(of: rules, in: scenario), rules).map { firings, rule in
                ResultTable.Cell(firings, rule.promise, change: scenario.change)
            }
        }
        return ResultTable(
            name: chapter.rawValue,
            title: title,
            runs: runs,
            columns: scenarios.map(\.name),
            rows: rules.enumerated().map { index, rule in
                ResultTable.Row(rule: rule.name, isOurs: rule.promise != .none, cells: columns.map { $0[index] })
            }
        )
    }
}

extension Scenario {
    /// The first interval in which the versions differ; `nil` when they never do.
    fileprivate var change: Int? {
        switch truth {
        case .alike: nil
        case .worse(let interval): interval
        }
    }
}

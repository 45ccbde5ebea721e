/// What was measured of some rules in some scenarios: a row a rule, a column a scenario.
package struct ResultTable: Codable, Equatable, Sendable {
    /// The name that `--only` takes.
    package let name: String
    package let title: String
    /// Rollouts behind each cell.
    package let runs: Int
    package let columns: [String]
    package let rows: [Row]

    package struct Row: Codable, Equatable, Sendable {
        package let rule: String
        /// Whether a promise is checked: the rule is one of ours.
        package let isOurs: Bool
        package let cells: [Cell]
    }

    package struct Cell: Codable, Equatable, Sendable {
        /// The share of runs with a false rollback, in 0…1.
        package let falseRollbacks: Double?
        /// The Monte-Carlo standard error of the share in the cell.
        package let standardError: Double
        /// What `falseRollbacks` was promised to be at most; absent where nothing was promised.
        package let bound: Double?
        /// The share of runs in which the change was found, among those without a rollback before it; 0 when there are none.
        /// Absent where nothing changes.
        package let power: Double?
        /// Intervals from the change to the rollback; absent when fewer runs than that found it.
        package let medianDelay: Int?
        package let delay90: Int?

        fileprivate func isKept(tolerating errors: Double, runs: Int) -> Bool {
            guard let bound, let falseRollbacks else { return true }
            return falseRollbacks <= bound + errors * (bound * (1 - bound) / Double(runs)).squareRoot()
        }
    }

    /// Each promise that was not kept, as one line.
    ///
    /// - Parameter errors: Standard errors by which a share may exceed its bound, for tables of few runs.
    package func brokenPromises(tolerating errors: Double = 0) -> [String] {
        rows.flatMap { row in
            zip(columns, row.cells).filter { !$0.1.isKept(tolerating: errors, runs: runs) }.map { column, cell in
                "\(name): '\(row.rule)' rolled back \(percent(cell.falseRollbacks ?? 0)) of the rollouts of '\(column)' falsely; promised is at most \(percent(cell.bound ?? 0))"
            }
        }
    }

    /// How many promises were checked.
    package var promises: Int { rows.reduce(0) { $0 + $1.cells.count { $0.bound != nil } } }
}

extension ResultTable.Cell {
    init(_ firings: Firings, _ promise: Promise, change: Int?) {
        let early = firings.shareFired(before: change ?? .max)
        switch promise {
        case .none: bound = nil
        case .falseRollbacks(let most): bound = change == 1 ? nil : most
        }
        falseRollbacks = change == 1 ? nil : early
        guard let change else {
            standardError = firings.standardError(of: early)
            (power, medianDelay, delay90) = (nil, nil, nil)
            return
        }
        let left = 1 - early
        let power = left > 0 ? (firings.shareFired() - early) / left : 0
        self.power = power
        standardError = firings.standardError(of: power)
        medianDelay = firings.delay(0.5, since: change)
        delay90 = firings.delay(0.9, since: change)
    }
}

/// A share in percent with one decimal.
func percent(_ share: Double) -> String {
    let tenths = Int((share * 1_000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
}

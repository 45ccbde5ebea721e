/// Everything that was measured, and whether every promise was kept.
package struct SimulationReport: Codable, Equatable, Sendable {
    package let runs: Int
    package let seed: UInt64
    package private(set) var tables: [ResultTable] = []

    package init(_ experiment: Experiment) {
        runs = experiment.runs
        seed = experiment.seed
    }

    package mutating func add(_ table: ResultTable) { tables.append(table) }

    /// Each promise that was not kept, as one line.
    ///
    /// Few runs exceed a bound by chance, so below 2 000 two standard errors are let pass.
    package var brokenPromises: [String] {
        tables.flatMap { $0.brokenPromises(tolerating: runs < 2_000 ? 2 : 0) }
    }

    /// How many promises were checked.
    package var promises: Int { tables.reduce(0) { $0 + $1.promises } }
}

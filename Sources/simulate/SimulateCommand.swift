import ArgumentParser
import Foundation
import Simulation

/// Measures how often each rule rolls back a good version, and how soon it finds a bad one.
@main
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract:
            "Measure false rollbacks and delays of our rules and of the usual ones; fail when a bound of ours is broken."
    )

    enum Output: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Option(help: "Rollouts simulated for each cell of a table.")
    var runs = 2_000

    @Option(help: "The seed; the same one gives the same numbers.")
    var seed: UInt64 = 1

    @Option(help: "Only this table (repeatable): \(Chapter.allCases.map(\.rawValue).joined(separator: ", ")).")
    var only: [String] = []

    @Option(help: "text or json.")
    var output = Output.text

    func validate() throws {
        guard runs > 0 else { throw ValidationError("--runs \(runs): give 1 or more") }
        for name in only where Chapter(rawValue: name) == nil {
            let names = Chapter.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--only \(name): there is no such table; choose from \(names)")
        }
    }

    func run() throws {
        let experiment = Experiment(runs: runs, seed: seed)
        var report = SimulationReport(experiment)
        if output == .text {
            write(
                "\(runs) rollouts of \(experiment.intervals) intervals a cell, seed \(seed), alpha 5 %; * is ours\n\n"
            )
        }
        for chapter in Chapter.allCases where only.isEmpty || only.contains(chapter.rawValue) {
            let table = chapter.table(experiment)
            report.add(table)
            if output == .text { write(table.text + "\n\n") }
        }
        switch output {
        case .text: break
        case .json: try write(json(report))
        }
        try conclude(report)
    }

    private func json(_ report: SimulationReport) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
    }

    private func conclude(_ report: SimulationReport) throws {
        for promise in report.brokenPromises {
            FileHandle.standardError.write(Data("BROKEN \(promise)\n".utf8))
        }
        guard report.brokenPromises.isEmpty else { throw ExitCode.failure }
        if output == .text { write("all \(report.promises) bounds on false rollbacks are kept\n") }
    }

    private func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}

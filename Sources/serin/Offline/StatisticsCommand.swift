import ArgumentParser
import Foundation
import RolloutCore
import StatisticsCases

struct StatisticsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statistics",
        abstract:
            "Answer statistical cases: a JSON object a line on standard input, an answer a line on standard output.",
        discussion: """
            A line is {"id": …, "op": NAME, "inputs": {…}}, its answer {"id": …, "value": …}, or {"id": …, "error": "…"} \
            for a line that is wrong. What is undefined is null, what is infinite "Infinity". Instead of an array inputs \
            may say {"array": NAME, "first": COUNT}.

            Operations: \(CaseTable.names.joined(separator: ", ")).
            """
    )

    @Option(help: ArgumentHelp("CSV of named arrays: array,index,value. May be repeated.", valueName: "file"))
    var arrays: [String] = []

    func run() throws {
        let table = CaseTable(arrays: try self.namedArrays())
        var lines = StandardInputLines()
        do {
            while let line = try lines.next() {
                // A blank line asks nothing.
                guard line.contains(where: { $0 > 0x20 }) else { continue }
                let answer = table.reply(to: line) + "\n"
                try FileHandle.standardOutput.write(contentsOf: Data(answer.utf8))
            }
        } catch {
            Console.error("the cases stop here: \(error)")
            throw ExitCode(1)
        }
    }

    private func namedArrays() throws -> NamedArrays {
        var arrays = NamedArrays()
        for path in self.arrays {
            let text: String
            do {
                text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
            } catch {
                throw ValidationError("--arrays \(path) can't be read as text: \(error.localizedDescription)")
            }
            do {
                try arrays.add(csv: text, name: path)
            } catch {
                throw ValidationError("--arrays: \(error)")
            }
        }
        return arrays
    }
}

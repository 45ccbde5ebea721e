import ArgumentParser
import RolloutCore
import Tables

struct DriftCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift",
        abstract: "Compare two files of rows, column by column: has the data moved?",
        discussion:
            "Files are CSV with a header or one JSON object a line; - is standard input. What a column is (number, share, category) is "
            + "told from the reference's first \(TableProfile.guessRows) rows; empty cells, NA, N/A, null and nan are missing. A column "
            + "has drifted when the difference is beyond chance (false discovery rate 5 %) and large: PSI above chance 0.25, "
            + "Jensen–Shannon distance 0.1, a share by 0.1, or 0.1 standard deviations. Parquet is not read: convert it first.\n\n"
            + "EXIT CODES: 0 no drift; 1 drift, or a column of the reference is missing; 2 a file can't be used; 64 the command line "
            + "is wrong."
    )

    @Argument(help: "How it was: training data, last month.") var reference: String
    @Argument(help: "How it is.") var current: String

    @Option(help: ArgumentHelp("Compare and draw only these.", valueName: "a,b")) var columns: String?
    @Option(help: ArgumentHelp("How much of the columns must have drifted; 0 means any.", valueName: "0-1"))
    var driftedShare = 0.0
    @Flag(help: "Draw every column, not only those that moved.") var histograms = false
    @Option(help: "A table for people, or one JSON document.") var output: ClientOptions.Output = .table

    func validate() throws {
        guard (0...1).contains(self.driftedShare) else {
            throw ValidationError("--drifted-share is 0 to 1; got \(self.driftedShare)")
        }
        if self.reference == "-", self.current == "-" {
            throw ValidationError("only one of the two files can be standard input")
        }
    }

    func run() throws {
        try OfflineFailure.reporting {
            let selection = self.columns.map { Set($0.split(separator: ",").map(String.init)) }
            let comparison = try FileDrift(
                reference: self.reference,
                current: self.current,
                columns: selection,
                thresholds: DriftThresholds(driftedShare: self.driftedShare)
            )
            let console = Console()
            switch self.output {
            case .json: console.encoded(comparison)
            case .table:
                console.lines(
                    DriftTable(
                        comparison: comparison,
                        drawsAll: self.histograms || selection != nil,
                        painter: console.painter
                    ).lines()
                )
            }
            if comparison.hasDrifted { throw ExitCode(1) }
        }
    }
}

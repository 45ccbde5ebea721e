import ArgumentParser
import Foundation
import RolloutCore
import Testing

@testable import serin

@Suite("Drift of files")
struct DriftCommandTests {
    /// Rows with a number about `mean` and a colour; seeded.
    private static func rows(_ count: Int, mean: Double, reds: Int, seed: UInt64) -> String {
        var state = seed
        func draw() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / Double(1 << 53)
        }
        let lines = (0..<count).map { index in
            let number = mean + (0..<6).reduce(0.0) { sum, _ in sum + draw() } - 3
            return "\(number),\(index % 10 < reds ? "red" : "blue")"
        }
        return "x,colour\n" + lines.joined(separator: "\n") + "\n"
    }

    private func withFiles<Result>(_ texts: [String], _ body: ([String]) throws -> Result) throws -> Result {
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let paths = try texts.enumerated().map { index, text in
            let url = directory.appending(path: "\(index).csv")
            try Data(text.utf8).write(to: url)
            return url.path
        }
        return try body(paths)
    }

    private static let reference = rows(5_000, mean: 0, reds: 5, seed: 1)

    @Test("Equal distributions have not drifted, moved ones have, and each is told by its own columns")
    func verdicts() throws {
        let files = [
            Self.reference, Self.rows(3_000, mean: 0, reds: 5, seed: 2), Self.rows(3_000, mean: 1, reds: 5, seed: 3),
            Self.rows(3_000, mean: 0, reds: 9, seed: 4),
        ]

        try self.withFiles(files) { paths in
            func drifted(_ path: String) throws -> [String] {
                let found = try FileDrift(reference: paths[0], current: path, columns: nil)
                #expect(found.hasDrifted == (found.report.verdict == .drifted))
                return found.report.signals.filter { $0.verdict == .drifted }.map(\.name.text)
            }
            #expect(try drifted(paths[1]) == [])
            #expect(try drifted(paths[2]) == ["x"])
            #expect(try drifted(paths[3]) == ["colour"])
            let one = try FileDrift(reference: paths[0], current: paths[3], columns: ["x"])
            #expect(one.report.signals.map(\.name.text) == ["x"] && !one.hasDrifted)
            #expect(one.reference.rows == 5_000 && one.current.rows == 3_000)
        }
    }

    @Test("A column that is gone counts as drift; files without a common column, and unknown columns, are refused")
    func columns() throws {
        let files = [Self.reference, "x\n" + String(repeating: "0.5\n", count: 50), "other\n1\n"]

        try self.withFiles(files) { paths in
            let gone = try FileDrift(reference: paths[0], current: paths[1], columns: nil)
            #expect(gone.hasDrifted && gone.report.missingSignals.map(\.text) == ["colour"])
            #expect(throws: OfflineFailure.self) { try FileDrift(reference: paths[0], current: paths[2], columns: nil) }
            #expect(throws: OfflineFailure.self) {
                try FileDrift(reference: paths[0], current: paths[1], columns: ["nothing"])
            }
        }
    }

    @Test("The exit code tells drift from none, and both from files that can't be used")
    func exitCodes() throws {
        try self.withFiles([Self.reference, Self.rows(3_000, mean: 1, reds: 5, seed: 3), "x,colour\n1\n"]) { paths in
            func exitCode(_ arguments: [String]) -> Int32 {
                do {
                    let command = try DriftCommand.parse(arguments + ["--output", "json"])
                    try command.run()
                    return 0
                } catch {
                    return DriftCommand.exitCode(for: error).rawValue
                }
            }
            #expect(exitCode([paths[0], paths[1]]) == 1)
            #expect(exitCode([paths[0], paths[2]]) == 2)
            #expect(exitCode([paths[0], paths[0] + ".none"]) == 2)
            #expect(exitCode([paths[0], paths[0], "--drifted-share", "2"]) == 64)
        }
    }

    @Test("A report is a table, then both distributions of what moved")
    func report() throws {
        try self.withFiles([Self.reference, Self.rows(3_000, mean: 0, reds: 9, seed: 4)]) { paths in
            let drift = try FileDrift(reference: paths[0], current: paths[1], columns: nil)

            let lines = DriftTable(comparison: drift, drawsAll: false, painter: .plain).lines()

            #expect(lines[0].hasSuffix("5000 rows") && lines[1].hasSuffix("3000 rows"))
            #expect(lines[3].hasPrefix("COLUMN  VERDICT"))
            #expect(lines[4].hasPrefix("colour  ✖ drift     3000 / 5000"))
            #expect(lines[5].hasPrefix("x       ✔ no drift  3000 / 5000"))
            #expect(lines.contains { $0.hasPrefix("COLOUR") })
            #expect(
                lines.contains { $0.hasPrefix("red") && $0.contains("90.0 %   " + String(repeating: "█", count: 24)) }
            )
            #expect(!lines.contains { $0.hasPrefix("X ") })
            #expect(lines.last == "✖ drift: 50.0 % of the columns that can be judged")
        }
    }

    @Test(
        "Bars are as long as their share, to an eighth of a column, and never vanish",
        arguments: [
            (0.0, ""), (1.0, String(repeating: "█", count: 24)), (0.5, String(repeating: "█", count: 12)), (1e-9, "▏"),
            (0.51, String(repeating: "█", count: 12) + "▎"),
        ]
    )
    func bars(share: Double, bar: String) {
        #expect(SignalHistogram.bar(share, of: 1) == bar)
    }
}

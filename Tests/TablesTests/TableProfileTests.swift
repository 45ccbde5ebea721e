import Foundation
import RolloutCore
import Statistics
import Testing

@testable import Tables

@Suite("Tables as signals")
struct TableProfileTests {
    private func withFile<Result>(_ text: String, _ body: (TableFile) throws -> Result) throws -> Result {
        try self.withFile(bytes: Array(text.utf8), body)
    }

    private func withFile<Result>(bytes: [UInt8], _ body: (TableFile) throws -> Result) throws -> Result {
        let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try Data(bytes).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        return try body(TableFile(path: url.path))
    }

    private func name(_ text: String) throws -> SignalName { try SignalName(text) }

    @Test("Columns are guessed to be numbers, shares or categories, and counted as gateways count signals")
    func kinds() throws {
        let rows = (0..<100).map { "\($0 % 3),\(Double($0) / 100),\($0 * 7),\($0.isMultiple(of: 2) ? "red" : "blue")" }
        let text = "class,score,age,\"colour\"\n" + rows.joined(separator: "\n")

        let profile = try self.withFile(text) { try TableProfile($0) }

        #expect(profile.rows == 100)
        #expect(profile.names.map(\.text) == ["class", "score", "age", "colour"])
        #expect(profile.names.compactMap { profile.columns[$0]?.kind } == [.category, .share, .number, .category])
        #expect(
            try profile.signals[self.name("colour")]
                == SignalTally(role: .feature, values: .classes(ClassTally(counts: ["red": 50, "blue": 50])))
        )
        guard case .numbers(let ages)? = try profile.signals[self.name("age")]?.values else {
            Issue.record("ages are numbers")
            return
        }
        #expect(ages.grid == .number && ages.counts.total == 100)
        #expect(abs(ages.moments.mean - 346.5) < 1e-9)
        let expected = SparseCounts((0..<100).map { (bucket: ValueGrid.number.bucket(of: Double($0 * 7)), count: 1) })
        #expect(ages.counts == expected)
    }

    @Test("Missing and mistyped cells are counted as such; a known kind is not guessed")
    func defects() throws {
        let text = "x,y\n1.5,a\nNA,b\noops,\n2.5,c\n"
        let known = [try self.name("x"): TableProfile.Column(role: .prediction, kind: .number)]

        let profile = try self.withFile(text) { try TableProfile($0, known: known) }

        let x = try #require(try profile.signals[self.name("x")])
        #expect((x.role, x.missing, x.mistyped, x.present) == (.prediction, 1, 1, 2))
        let y = try #require(try profile.signals[self.name("y")])
        #expect((y.missing, y.mistyped, y.present) == (1, 0, 3))
    }

    @Test("Lines of JSON may bring columns later: the rows before them lack the value")
    func objects() throws {
        let text = #"{"a":1.5,"b":"x"}"# + "\n\n" + #"{"a":null,"c":true}"# + "\n" + #"{"a":2.5}"#

        let profile = try self.withFile(text) { try TableProfile($0) }

        #expect(profile.rows == 3)
        #expect(profile.names.map(\.text) == ["a", "b", "c"])
        #expect(
            profile.names.compactMap { profile.signals[$0] }.map { [$0.missing, $0.present] } == [
                [1, 2], [2, 1], [2, 1],
            ]
        )
    }

    @Test("Columns that come after the guess lack the rows before them")
    func lateColumns() throws {
        let early = String(repeating: #"{"a":1.5}"# + "\n", count: TableProfile.guessRows)

        let profile = try self.withFile(early + #"{"a":2,"late":0.5}"#) { try TableProfile($0) }

        let late = try #require(try profile.signals[self.name("late")])
        #expect((late.missing, late.present) == (Int64(TableProfile.guessRows), 1))
    }

    @Test("Other separators are found by the header, and a byte order mark is passed over")
    func separators() throws {
        let semicolons = try self.withFile("\u{FEFF}a;b\n1,5;2\n") { try TableProfile($0) }
        let tabs = try self.withFile("a\tb\n1\t2\n") { try TableProfile($0, selection: ["b"]) }

        #expect(semicolons.names.map(\.text) == ["a", "b"])
        #expect(tabs.names.map(\.text) == ["b"])
    }

    @Test(
        "What can't be read is refused with its place and a way out",
        arguments: [
            ("a,b\n1\n", "line 2: has 1 cells, but the header has 2"),
            ("a,a\n1,2\n", "header: the column 'a' is there twice"),
            ("a,\n1,2\n", "header: a signal's name is 1 to 128 bytes"),
            ("a\n", "holds no rows"),
            ("", "holds no rows"),
            ("PAR1....", "is a Parquet file, which is not read: convert it first"),
            ("[1]", "is a JSON array, which is not read: write one object a line"),
            ("{\"a\":1}\n{\"a\"}\n", "line 2: is not one JSON text"),
            ("{\"a\":1}\n3\n", "line 2: is not one JSON text"),
        ]
    )
    func refusals(text: String, complaint: String) throws {
        let error = try self.withFile(text) { file in
            #expect(throws: TableError.self) { try TableProfile(file) }
        }

        #expect(
            "\(try #require(error))".contains(complaint) || complaint.contains("not one JSON"),
            "\(String(describing: error))"
        )
    }

    @Test("A file that is not there is refused")
    func absent() {
        #expect(throws: TableError.self) { try TableProfile(TableFile(path: "/nowhere/at-all.csv")) }
    }
}

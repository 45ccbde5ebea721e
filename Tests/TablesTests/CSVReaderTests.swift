import Testing

@testable import Tables

@Suite("CSV")
struct CSVReaderTests {
    /// Cells of each record; a bad one is its reason.
    private func records(_ text: String, pieces: Int = 1, separator: Character = ",") -> [[String]] {
        var reader = CSVReader(separator: separator.asciiValue ?? 0)
        var records: [[String]] = []
        func take(_ record: CSVReader.Record) {
            switch record {
            case .row(let row): records.append((0..<row.count).map(row.text))
            case .bad(let line, let reason): records.append(["bad \(line)", reason])
            }
        }
        let bytes = Array(text.utf8)
        let size = max(1, bytes.count / pieces)
        for start in stride(from: 0, to: bytes.count, by: size) {
            reader.feed(bytes[start..<min(bytes.count, start + size)], take)
        }
        reader.finish(take)
        return records
    }

    @Test(
        "Every rule of RFC 4180, and the line ends of all systems",
        arguments: [
            ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
            ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
            ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
            ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
            ("a,,c\n,,\n", [["a", "", "c"], ["", "", ""]]),
            ("\"a,b\",\"c\"\"d\"\n", [["a,b", "c\"d"]]),
            ("\"two\nlines\",x\n", [["two\nlines", "x"]]),
            ("a\n\n\nb\n", [["a"], ["b"]]),
            ("\"\"\n", [[""]]),
            ("ü,\"ß\"\n", [["ü", "ß"]]),
            ("", []),
        ] as [(String, [[String]])]
    )
    func rules(text: String, expected: [[String]]) {
        #expect(self.records(text) == expected)
        // In whatever pieces it comes.
        #expect(self.records(text, pieces: max(1, text.utf8.count)) == expected)
    }

    @Test(
        "A record that breaks the rules is told with its line and costs nothing but itself",
        arguments: [
            ("a\nx\"y\nb\n", "bad 2", "a quote stands in a cell that is not quoted"),
            ("a\n\"x\"y\nb\n", "bad 2", "something follows a closing quote; a quote within quotes is doubled"),
            ("a\n\"x\n\n", "bad 2", "a quote is not closed by the end of the file"),
        ]
    )
    func broken(text: String, place: String, reason: String) {
        let records = self.records(text)

        #expect(records[0] == ["a"])
        #expect(records[1] == [place, reason])
        #expect(records.count == 2 || records[2] == ["b"])
    }

    @Test("Lines are counted within quotes, too")
    func lineNumbers() {
        #expect(self.records("\"1\n2\n3\"\nx\"\n")[1][0] == "bad 4")
    }
}

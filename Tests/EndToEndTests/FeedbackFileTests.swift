import ControlWire
import Foundation
import RolloutCore
import Tables
import Testing

@testable import serin

@Suite("Files of labels")
struct FeedbackFileTests {
    private func lines(_ text: String) throws -> [FeedbackFile.Line] {
        let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".csv")
        try Data(text.utf8).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        var lines: [FeedbackFile.Line] = []
        try FeedbackFile(path: url.path).forEachLine { lines.append($0) }
        return lines
    }

    @Test("Rows become items that the service takes: names stay text, labels are what they look like")
    func items() throws {
        let text = """
            request_id,row,label,prediction,score,slice:region
            0012,1,7,9,0.25,eu
            0013,,cat,,,
            """

        let lines = try self.lines(text)

        #expect(
            lines == [
                .item(
                    line: 2,
                    .object([
                        "requestId": .string("0012"), "row": .number(1), "label": .number(7), "prediction": .number(9),
                        "score": .number(0.25), "slices": .object(["region": .string("eu")]),
                    ])
                ),
                .item(line: 3, .object(["requestId": .string("0013"), "label": .string("cat")])),
            ]
        )
        let sent = JSONValue.object(["items": .array(lines.compactMap(\.item))])
        #expect(try FeedbackRequest(sent, of: ModelName("m")).items.count == 2)
    }

    @Test("Bad lines are told by number and reason, and the others go on")
    func badLines() throws {
        let lines = try self.lines("key,label,score\na,1,0.5\nb,,0.5\nc,1,7\nd,1\n,1,\ne,2,0.1\n")

        #expect(lines.map(\.number) == [2, 3, 4, 5, 6, 7])
        #expect(lines.map { $0.item != nil } == [true, false, false, false, false, true])
        #expect(lines[1] == .bad(line: 3, reason: "/label: is required: a string, a number or a boolean"))
        #expect(lines[2] == .bad(line: 4, reason: "/score: is a probability of 0 to 1; got 7.0"))
    }

    @Test(
        "A header that means something else is refused at once",
        arguments: ["key,lable\na,1\n", "label\n1\n", "key\na\n", "key,label,region\na,1,eu\n"]
    )
    func headers(text: String) {
        #expect(throws: TableError.self) { try self.lines(text) }
    }

    @Test("Lines of JSON are read as well")
    func objects() throws {
        let lines = try self.lines(#"{"key":"7","label":true,"slice:region":"eu"}"#)

        #expect(
            lines == [
                .item(
                    line: 1,
                    .object([
                        "key": .string("7"), "label": .string("true"), "slices": .object(["region": .string("eu")]),
                    ])
                )
            ]
        )
    }

    @Test("Totals add up over batches and tell the first bad lines only")
    func totals() {
        var totals = FeedbackTotals()
        totals.take(FeedbackResponse([.init(result: .counted), .init(result: .unknown)]))
        totals.take(FeedbackResponse([.init(result: .counted)]))
        for line in 1...30 { totals.refuse(line: line, reason: "why") }

        let lines = totals.lines(.plain)

        #expect(totals.sent == 3 && totals.counts["counted"] == 2 && totals.badLines == 30)
        #expect(lines[0] == "3 labels sent")
        #expect(lines.contains { $0.hasPrefix("counted") && $0.contains(" 2 ") })
        #expect(lines.last == "  … and 10 more")
    }
}

extension FeedbackFile.Line {
    fileprivate var item: JSONValue? {
        switch self {
        case .item(_, let item): item
        case .bad: nil
        }
    }

    fileprivate var number: Int {
        switch self {
        case .item(let line, _), .bad(let line, _): line
        }
    }
}

import ControlWire
import RolloutCore
import Tables

/// A file of labels: one row each, with columns `request_id` or `key`, `row`, `label`, `prediction`, `score` and `slice:NAME`.
struct FeedbackFile {
    /// One line of the file, as it is sent or as it is refused.
    enum Line: Equatable {
        case item(line: Int, JSONValue)
        case bad(line: Int, reason: String)
    }

    let path: String

    private static let slicePrefix = "slice:"
    private static let fields: [String: String] = [
        "request_id": "requestId", "key": "key", "row": "row", "label": "label", "prediction": "prediction",
        "score": "score",
    ]

    /// Reads the file once; every item has passed the service's own rules.
    ///
    /// - Throws: `TableError`, also for a column that means nothing here, and what `body` throws.
    func forEachLine(_ body: (Line) throws -> Void) throws {
        var known: [String] = []
        try TableFile(path: self.path).forEachLine { line in
            switch line {
            case .bad(let number, let reason): try body(.bad(line: number, reason: reason))
            case .row(let row, let columns):
                if columns.count != known.count {
                    try self.check(columns)
                    known = columns
                }
                try body(Self.line(row, columns))
            }
        }
    }

    private func check(_ columns: [String]) throws(TableError) {
        for column in columns where Self.fields[column] == nil && !column.hasPrefix(Self.slicePrefix) {
            let known = "request_id, key, row, label, prediction, score, slice:NAME"
            throw .badColumn(path: self.path, reason: "the column '\(column)' means nothing here; known are \(known)")
        }
        guard columns.contains("label") else {
            throw .badColumn(path: self.path, reason: "there is no column 'label'")
        }
        guard columns.contains("request_id") || columns.contains("key") else {
            throw .badColumn(path: self.path, reason: "there is neither a column 'request_id' nor 'key'")
        }
    }

    private static func line(_ row: TableRow, _ columns: [String]) -> Line {
        var members: [String: JSONValue] = [:]
        var slices: [String: JSONValue] = [:]
        for (index, column) in columns.enumerated() {
            if column.hasPrefix(self.slicePrefix) {
                if let word = row.word(index) {
                    slices[String(column.dropFirst(self.slicePrefix.count))] = .string(word)
                }
            } else if let field = self.fields[column] {
                members[field] = self.value(of: field, row, index)
            }
        }
        if !slices.isEmpty { members["slices"] = .object(slices) }
        let item = JSONValue.object(members)
        do throws(InvalidValue) {
            _ = try FeedbackItem.read(item)
            return .item(line: row.line, item)
        } catch {
            return .bad(line: row.line, reason: error.description)
        }
    }

    /// Names stay text even when they look like numbers; labels and predictions are what they look like.
    private static func value(of field: String, _ row: TableRow, _ index: Int) -> JSONValue? {
        switch field {
        case "requestId", "key": return row.text(index).map(JSONValue.string)
        default:
            switch row.cell(index) {
            case .missing: return nil
            case .number(let number): return .number(number)
            case .text(let text): return .string(text)
            }
        }
    }
}

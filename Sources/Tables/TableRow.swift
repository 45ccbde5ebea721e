import ControlWire
import RolloutCore

/// One row of a table, by the columns known so far.
package struct TableRow: Sendable {
    enum Content: Sendable {
        case separated(CSVRow)
        case object([JSONValue?])
    }

    /// From 1: where it begins in its file.
    package let line: Int
    let content: Content

    /// Beyond the cells that the row has, a column is missing.
    package func cell(_ column: Int) -> TableCell {
        switch self.content {
        case .separated(let row): return column < row.count ? TableCell(row[column]) : .missing
        case .object(let values):
            guard column < values.count, let value = values[column] else { return .missing }
            switch value {
            case .null: return .missing
            case .bool(let flag): return .text(flag ? "true" : "false")
            case .number(let number): return .number(number)
            case .string(let text): return TableCell(text: text)
            case .array, .object: return .text(value.kind)
            }
        }
    }

    /// The cell as it stands in the file; nil when it is missing.
    package func text(_ column: Int) -> String? {
        switch self.content {
        case .separated(let row):
            guard column < row.count, row[column].contains(where: { $0 != 0x20 }) else { return nil }
            return row.text(column)
        case .object: return self.word(column)
        }
    }

    /// The cell as a category's word; nil when it is missing.
    package func word(_ column: Int) -> String? {
        switch self.content {
        case .separated(let row): return column < row.count ? TableCell.word(row[column]) : nil
        case .object:
            switch self.cell(column) {
            case .missing: return nil
            case .number(let number): return LabelValue.number(number).category
            case .text(let text): return text
            }
        }
    }
}

extension TableCell {
    /// Text that says of itself that it is text: only the missing words mean something else.
    fileprivate init(text: String) {
        let cell = TableCell(ArraySlice(text.utf8))
        switch cell {
        case .missing: self = .missing
        case .number, .text: self = .text(text)
        }
    }
}

/// Columns of text as wide as their widest cell.
struct TextTable {
    struct Cell: ExpressibleByStringInterpolation {
        let text: String
        let ink: Ink

        init(_ text: String, _ ink: Ink = .plain) {
            self.text = text
            self.ink = ink
        }

        init(stringLiteral text: String) { self.init(text) }
    }

    let header: [String]
    /// Each as long as the header.
    var rows: [[Cell]]

    init(_ header: String..., rows: [[Cell]] = []) { self.init(header: header, rows: rows) }

    init(header: [String], rows: [[Cell]] = []) {
        self.header = header
        self.rows = rows
    }

    func lines(_ painter: Painter, indent: Int = 0) -> [String] {
        let all = [self.header.map { Cell($0, .faint) }] + self.rows
        let widths = self.header.indices.map { column in all.map { $0[column].text.count }.max() ?? 0 }
        let margin = String(repeating: " ", count: indent)
        return all.map { row in
            // Nothing follows the last filled cell, so that lines don't end in spaces.
            let last = row.lastIndex { !$0.text.isEmpty } ?? 0
            let cells = row[...last].enumerated().map { column, cell in
                let padding = column == last ? 0 : widths[column] - cell.text.count
                return painter.paint(cell.text, cell.ink) + String(repeating: " ", count: padding)
            }
            return margin + cells.joined(separator: "  ")
        }
    }
}

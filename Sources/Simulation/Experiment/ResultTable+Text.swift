extension ResultTable {
    /// The table in aligned columns; rules of ours are marked with `*`.
    package var text: String {
        let header = ["rule"] + columns
        let body = rows.map { row in [(row.isOurs ? "* " : "  ") + row.rule] + row.cells.map(\.text) }
        let widths = header.indices.map { column in
            ([header] + body).map { $0[column].count }.max() ?? 0
        }
        let lines = ([header] + body).map { cells in
            zip(cells, widths).map { $0.padded(to: $1) }.joined(separator: "  ").trimmingTrailingSpaces()
        }
        let rule = String(repeating: "-", count: widths.reduce(2 * (widths.count - 1), +))
        return (["\(title)  [\(name)]", lines[0], rule] + lines.dropFirst()).joined(separator: "\n")
    }
}

extension ResultTable.Cell {
    /// False rollbacks with their standard error, or median (90th percentile) of the delay and the power where it is not 100 %.
    var text: String {
        guard let power else {
            return percent(falseRollbacks ?? 0) + " ±" + percent(standardError).dropLast(2)
        }
        let early = falseRollbacks.map { $0 > 0 ? ", early " + percent($0) : "" } ?? ""
        let found = power < 0.9995 ? ", found " + percent(power) : ""
        return Self.text(medianDelay) + " (" + Self.text(delay90) + ")" + found + early
    }

    private static func text(_ delay: Int?) -> String { delay.map { String($0) } ?? "-" }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    fileprivate func trimmingTrailingSpaces() -> String {
        String(reversed().drop { $0 == " " }.reversed())
    }
}

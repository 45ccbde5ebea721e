/// Files and functions stay short enough to be read in one go; what is over a limit may only shrink.
enum LengthCheck {
    static let fileLimit = 500
    static let functionLimit = 70

    /// A thing that was over its limit when the limit came: it may not grow, and leaves the table once it fits.
    struct Debt {
        /// A path, or `path:functionName`.
        let place: String
        let lines: Int
    }

    static func findings(in tree: SourceTree, debts: [Debt]) -> [Finding] {
        let lengths = (tree.productSwift + tree.testSwift).flatMap { file in
            [Length(path: file.path, line: nil, place: file.path, lines: file.lineCount, limit: self.fileLimit)]
                + SwiftFunction.all(in: file).map { function in
                    Length(
                        path: file.path,
                        line: function.firstLine,
                        place: "\(file.path):\(function.name)",
                        lines: function.lineCount,
                        limit: self.functionLimit
                    )
                }
        }
        let overLimit = lengths.filter { $0.lines > $0.limit }
        let findings = overLimit.compactMap { length -> Finding? in
            guard let debt = debts.first(where: { $0.place == length.place }) else {
                return Finding(length.path, line: length.line, "\(length.lines) lines, the limit is \(length.limit)")
            }
            guard length.lines != debt.lines else { return nil }
            return Finding(
                length.path,
                line: length.line,
                "\(length.lines) lines, its debt is \(debt.lines): \(length.lines > debt.lines ? "shorten it" : "lower the debt")"
            )
        }
        let paid = debts.filter { debt in !overLimit.contains { $0.place == debt.place } }
        return findings + paid.map { Finding($0.place, "is within its limit now: remove its debt") }
    }

    private struct Length {
        let path: String
        let line: Int?
        let place: String
        let lines: Int
        let limit: Int
    }
}

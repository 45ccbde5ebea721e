/// A number that crosses rooms and whose name speaks of a rate, a time or a limit says its unit and range.
///
/// Modest on purpose: it sees declarations of `Double` and `Int` on one line, and asks only that a doc comment is there.
enum UnitDocumentationCheck {
    static func findings(in tree: SourceTree, rooms: Set<String>) -> [Finding] {
        tree.productSwift.filter { $0.room.map(rooms.contains) ?? false }.flatMap { file in
            let lines = file.lines
            let code = file.codeLines
            // An initialiser's parameter says what its property says.
            let properties = Set(
                code.indices.compactMap { index in
                    self.isDocumented(index, in: lines) ? self.property(declaredBy: code[index]) : nil
                }
            )
            return code.indices.compactMap { index -> Finding? in
                guard let name = self.undocumentedName(declaredBy: code[index]),
                    !self.isDocumented(index, in: lines),
                    !(code[index].contains("init(") && properties.contains(name))
                else { return nil }
                return Finding(file.path, line: index + 1, "\(name) needs a doc comment with its unit and range")
            }
        }
    }

    private static let telling = ["rate", "share", "weight", "limit", "latency", "duration"]

    /// A name that ends in its unit has said what matters most.
    private static let units = ["seconds", "basispoints", "bytes"]

    private static func isTelling(_ name: Substring) -> Bool {
        let name = name.lowercased()
        return !self.units.contains { name.hasSuffix($0) } && self.telling.contains { name.contains($0) }
    }

    private static func undocumentedName(declaredBy line: Substring) -> Substring? {
        guard line.words.first == "package" else { return nil }
        if line.words.contains("func") || line.contains("init(") {
            let parameters = line.matches(of: /(\w+): (?:Double|Int)\b/).map(\.output.1)
            let result = line.firstMatch(of: /func (\w+).*-> (?:Double|Int)\b/).map(\.output.1)
            return (parameters + [result].compactMap { $0 }).first(where: self.isTelling)
        }
        return self.property(declaredBy: line).flatMap { self.isTelling($0) ? $0 : nil }
    }

    private static func property(declaredBy line: Substring) -> Substring? {
        line.firstMatch(of: /\b(?:let|var) (\w+): (?:Double|Int)\b/).map(\.output.1)
    }

    private static func isDocumented(_ index: Int, in lines: [Substring]) -> Bool {
        let before = lines[..<index].last { !$0.trimmed().hasPrefix("@") }
        return before?.trimmed().hasPrefix("///") ?? false
    }
}

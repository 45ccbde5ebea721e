/// A function with a body, as far as matching braces can tell.
struct SwiftFunction: Equatable {
    let name: String
    /// Counted from 1: the line of `func`, `init` or `deinit`.
    let firstLine: Int
    /// From there to the closing brace.
    let lineCount: Int

    static func all(in file: SourceFile) -> [SwiftFunction] {
        let lines = file.codeLines
        return lines.indices.compactMap { index in
            guard let name = self.nameDeclared(by: lines[index]),
                let last = self.lastLine(ofBodyFrom: index, in: lines)
            else { return nil }
            return SwiftFunction(name: name, firstLine: index + 1, lineCount: last - index + 1)
        }
    }

    private static let modifiers: Set = [
        "package", "public", "internal", "private", "fileprivate", "open", "static", "class", "final", "override",
        "mutating", "nonmutating", "consuming", "borrowing", "nonisolated", "convenience", "required", "inline",
        "inlinable", "usableFromInline", "discardableResult", "__always", "never", "Test", "MainActor",
    ]

    private static func nameDeclared(by line: Substring) -> String? {
        let words = line.words
        guard let position = words.firstIndex(where: { !self.modifiers.contains($0) }) else { return nil }
        switch words[position] {
        case "func":
            // An operator has no word for its name.
            return words.dropFirst(position + 1).first ?? "operator"
        case "init" where line.contains("init(") || line.contains("init?(") || line.contains("init<"): return "init"
        case "deinit": return "deinit"
        default: return nil
        }
    }

    /// `nil` for a requirement of a protocol, which has no body.
    private static func lastLine(ofBodyFrom first: Int, in lines: [Substring]) -> Int? {
        var parentheses = 0
        var braces = 0
        for index in first..<lines.count {
            for character in lines[index].utf8 {
                switch character {
                case UInt8(ascii: "("), UInt8(ascii: "["): if braces == 0 { parentheses += 1 }
                case UInt8(ascii: ")"), UInt8(ascii: "]"): if braces == 0 { parentheses -= 1 }
                case UInt8(ascii: "{") where parentheses == 0: braces += 1
                case UInt8(ascii: "}") where parentheses == 0:
                    braces -= 1
                    if braces == 0 { return index }
                    if braces < 0 { return nil }
                default: break
                }
            }
            if braces == 0, parentheses == 0, !self.continues(on: index + 1, in: lines) { return nil }
        }
        return nil
    }

    private static func continues(on index: Int, in lines: [Substring]) -> Bool {
        guard index < lines.count else { return false }
        let next = lines[index].trimmed()
        return ["where", "->", "async", "throws", "{"].contains { next.hasPrefix($0) }
    }
}

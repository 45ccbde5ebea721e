/// One text file of the tree.
struct SourceFile {
    /// Relative to the repository's root.
    let path: String
    let text: String

    var isSwift: Bool { self.path.hasSuffix(".swift") }

    /// Without the folder and the ending: `PostgresPool+StateMachine`.
    var baseName: String {
        let name = self.path.split(separator: "/").last ?? ""
        return String(name.prefix { $0 != "." })
    }

    var folder: String {
        self.path.split(separator: "/").dropLast().joined(separator: "/")
    }

    /// The target that the file belongs to: `Sources/Gateway/X.swift` is in `Gateway`.
    var room: String? {
        let parts = self.path.split(separator: "/")
        return parts.count >= 3 ? String(parts[1]) : nil
    }

    /// As written, for what is said in comments and strings.
    var lines: [Substring] { self.text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// Swift only: with comments and the contents of string literals blanked, line by line like `lines`.
    var codeLines: [Substring] {
        SwiftCode.blankingCommentsAndStrings(in: self.text).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The number of lines an editor shows.
    var lineCount: Int { self.lines.count - (self.text.hasSuffix("\n") ? 1 : 0) }
}

extension StringProtocol where SubSequence == Substring {
    func trimmed() -> String {
        String(self.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    /// The runs of letters, digits and underscores.
    var words: [String] {
        self.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
    }
}

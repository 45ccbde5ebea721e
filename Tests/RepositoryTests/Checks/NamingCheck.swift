/// A file is named after a type inside, and no name ends in a word that says nothing.
enum NamingCheck {
    /// A file of small things that belong together, named after what they are about.
    struct Permit {
        let path: String
        let reason: String
    }

    static func findings(in tree: SourceTree, permits: [Permit]) -> [Finding] {
        let emptyNames = (tree.productSwift + tree.testSwift).flatMap { file in
            self.declarations(in: file).filter { $0.isNew }.compactMap { declaration -> Finding? in
                guard let ending = self.emptyEnding(of: declaration) else { return nil }
                return Finding(
                    file.path,
                    line: declaration.line,
                    "\(declaration.name): `\(ending)` says nothing, name the concept"
                )
            }
        }
        let misnamed = tree.productSwift.filter { !self.isNamedAfterContent($0) }
        let unpermitted = misnamed.filter { file in !permits.contains { $0.path == file.path } }.map { file in
            Finding(file.path, "declares or extends no \(self.subject(of: file))")
        }
        let unneeded = permits.filter { permit in !misnamed.contains { $0.path == permit.path } }.map {
            Finding($0.path, "is named after its content, or gone: remove its permit")
        }
        return emptyNames + unpermitted + unneeded
    }

    /// `PostgresPool` of `PostgresPool+StateMachine.swift`.
    private static func subject(of file: SourceFile) -> String { String(file.baseName.prefix { $0 != "+" }) }

    /// After a type, after a nested type as `HTTPServerConfiguration` is for `HTTPServer.Configuration`, or a function.
    private static func isNamedAfterContent(_ file: SourceFile) -> Bool {
        let subject = self.subject(of: file)
        let names = Set(self.declarations(in: file).map(\.name))
        let isNested = names.contains { outer in
            subject.hasPrefix(outer) && names.contains(String(subject.dropFirst(outer.count)))
        }
        let function = "func " + subject.prefix(1).lowercased() + subject.dropFirst()
        return names.contains(subject) || isNested || file.codeLines.contains { $0.contains(function) }
    }

    private struct Declaration {
        let name: String
        let line: Int
        /// An extension names somebody else's type.
        let isNew: Bool
        let code: Substring
    }

    private static let kinds: Set = ["struct", "class", "enum", "actor", "protocol", "typealias", "extension"]
    private static let modifiers: Set = [
        "package", "public", "internal", "private", "fileprivate", "open", "final", "indirect", "unchecked", "main",
        "safe", "unsafe", "Suite", "resultBuilder", "propertyWrapper", "nonisolated",
    ]

    private static func declarations(in file: SourceFile) -> [Declaration] {
        file.codeLines.enumerated().flatMap { index, line -> [Declaration] in
            let words = line.words
            guard let position = words.firstIndex(where: { !self.modifiers.contains($0) }),
                self.kinds.contains(words[position]), position + 1 < words.count
            else { return [] }
            // `extension Outer.Inner` speaks of both.
            let dotted = line.split { $0 == " " || $0 == ":" || $0 == "<" || $0 == "{" }.first { $0.contains(".") }
            let names =
                words[position] == "extension" ? dotted.map(\.words) ?? [words[position + 1]] : [words[position + 1]]
            return names.map {
                Declaration(name: $0, line: index + 1, isNew: words[position] != "extension", code: line)
            }
        }
    }

    private static let emptyEndings = [
        "Manager", "Helper", "Helpers", "Util", "Utils", "Utilities", "Common", "Misc", "Data", "Info", "Base", "Impl",
        "Processor", "Service", "Handler",
    ]

    private static func emptyEnding(of declaration: Declaration) -> String? {
        self.emptyEndings.first { ending in
            guard declaration.name.hasSuffix(ending) else { return false }
            // NIO's word for what sits in a channel's pipeline.
            return !(ending == "Handler" && declaration.code.contains(": Channel"))
        }
    }
}

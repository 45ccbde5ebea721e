/// Each room imports only what architecture and purpose allow it.
///
/// The build's `--explicit-target-dependency-import-check` compares imports with the manifest; this compares them with
/// the intended directions, and catches what the compiler lets every target import: Foundation, Glibc, Dispatch.
enum ImportCheck {
    static func findings(in tree: SourceTree, rooms: [String: Set<String>]) -> [Finding] {
        tree.productSwift.flatMap { file -> [Finding] in
            guard let room = file.room else { return [Finding(file.path, "belongs to no room")] }
            guard let allowed = rooms[room] else {
                return [Finding(file.path, "room \(room) is not in Rooms.imports: add it with what it may import")]
            }
            return self.imports(of: file).filter { !allowed.contains($0.module) }.map { found in
                Finding(file.path, line: found.line, "\(room) must not import \(found.module)")
            }
        }
    }

    /// Whole modules, also for `import struct Module.Type`.
    private static func imports(of file: SourceFile) -> [(module: String, line: Int)] {
        let kinds: Set = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
        return file.codeLines.enumerated().compactMap { index, line in
            let words = line.words
            guard let position = words.firstIndex(of: "import"),
                words[..<position].allSatisfy({ Self.importModifiers.contains($0) })
            else { return nil }
            return words[(position + 1)...].first { !kinds.contains($0) }.map { ($0, index + 1) }
        }
    }

    private static let importModifiers: Set = [
        "package", "public", "internal", "private", "fileprivate", "preconcurrency", "testable", "_exported",
        "_implementationOnly",
    ]
}

import Foundation

/// The text files of the repository, or of a made-up one in a check's own test.
struct SourceTree {
    /// Sorted by path.
    let files: [SourceFile]

    init(files: [SourceFile]) {
        self.files = files.sorted { $0.path < $1.path }
    }

    /// A made-up tree: path to text.
    init(_ texts: [String: String]) {
        self.init(files: texts.map { SourceFile(path: $0.key, text: $0.value) })
    }

    /// The repository these tests belong to, read once.
    static let repository = Result { try SourceTree(root: Self.root) }

    subscript(path: String) -> SourceFile? { self.files.first { $0.path == path } }

    func contains(_ path: String) -> Bool {
        self.files.contains { $0.path == path || $0.path.hasPrefix(path + "/") }
    }

    var productSwift: [SourceFile] { self.files.filter { $0.isSwift && $0.path.hasPrefix("Sources/") } }
    var testSwift: [SourceFile] { self.files.filter { $0.isSwift && $0.path.hasPrefix("Tests/") } }
    var markdown: [SourceFile] { self.files.filter { $0.path.hasSuffix(".md") } }

    // MARK: - Reading

    private static var root: URL {
        URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }

    private static let folders = [".ci", "Benchmarks", "Sources", "Tests", "docker", "docs", "migrations"]
    private static let topFiles = [
        "Makefile", "Package.swift", "README.md", ".swift-format", ".gitignore", ".dockerignore",
    ]

    private init(root: URL) throws {
        let manager = FileManager.default
        var paths = Self.topFiles.filter { manager.fileExists(atPath: root.appendingPathComponent($0).path) }
        for folder in Self.folders {
            let names = manager.enumerator(atPath: root.appendingPathComponent(folder).path)
            while let name = names?.nextObject() as? String { paths.append("\(folder)/\(name)") }
        }
        var files: [SourceFile] = []
        for path in paths where !path.contains("/.build") && !path.contains("__pycache__") {
            let url = root.appendingPathComponent(path)
            var isFolder: ObjCBool = false
            guard manager.fileExists(atPath: url.path, isDirectory: &isFolder), !isFolder.boolValue else { continue }
            // A file that is no text (a picture, say) still exists for the links that point at it.
            let text = String(data: try Data(contentsOf: url), encoding: .utf8) ?? ""
            files.append(SourceFile(path: path, text: text))
        }
        self.init(files: files)
    }
}

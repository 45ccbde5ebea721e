/// Migrations are numbered without gap, paired, named for what they do, and say why they exist.
enum MigrationCheck {
    static func findings(in tree: SourceTree) -> [Finding] {
        let files = tree.files.filter { $0.path.hasPrefix("migrations/") && $0.path.hasSuffix(".sql") }
        let migrations = files.filter { $0.path != self.schemaDump }
        let parsed = migrations.map { ($0, Name($0.path)) }
        let misnamed = parsed.filter { $0.1 == nil }.map { file, _ in
            Finding(file.path, "is not named NNNN_verb_object.up.sql or .down.sql")
        }
        let named = parsed.compactMap { file, name in name.map { (file: file, name: $0) } }
        return misnamed + self.gaps(in: named.map(\.name)) + self.unpaired(named.map(\.name))
            + named.compactMap { self.silent($0.file) }
    }

    private static let schemaDump = "migrations/schema.sql"

    private struct Name: Hashable {
        let number: Int
        let title: String
        let isUp: Bool

        init?(_ path: String) {
            let parts = path.dropFirst("migrations/".count).split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[1] == "up" || parts[1] == "down" else { return nil }
            let words = parts[0].split(separator: "_", omittingEmptySubsequences: false)
            guard words.count >= 3, words[0].count == 4, let number = Int(words[0]), number > 0,
                words.dropFirst().allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isLowercase || $0.isNumber } })
            else { return nil }
            self.number = number
            self.title = String(parts[0])
            self.isUp = parts[1] == "up"
        }
    }

    private static func gaps(in names: [Name]) -> [Finding] {
        let titles = Dictionary(grouping: names, by: \.number).mapValues { Set($0.map(\.title)) }
        let twice = titles.filter { $0.value.count > 1 }.map { number, titles in
            Finding("migrations", "number \(number) is taken by \(titles.sorted().joined(separator: " and "))")
        }
        let missing = (1...max(titles.keys.max() ?? 1, 1)).filter { titles[$0] == nil }
        return twice + (names.isEmpty ? [] : missing.map { Finding("migrations", "number \($0) is missing") })
    }

    private static func unpaired(_ names: [Name]) -> [Finding] {
        Dictionary(grouping: names, by: \.title).filter { $0.value.count != 2 }.keys.sorted().map {
            Finding("migrations", "\($0) needs both .up.sql and .down.sql")
        }
    }

    private static func silent(_ file: SourceFile) -> Finding? {
        let first = file.lines.first ?? ""
        let isReason = first.hasPrefix("--") && first.words.count >= 3
        return isReason ? nil : Finding(file.path, line: 1, "starts with no comment that says why")
    }
}

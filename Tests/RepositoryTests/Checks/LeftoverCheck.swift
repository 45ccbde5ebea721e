/// Nothing half-done and nobody's machine in the tree.
enum LeftoverCheck {
    /// A place that every machine has and that the file at `path` has a reason to name.
    struct Permit {
        let path: String
        let place: String
        let reason: String
    }

    static func findings(in tree: SourceTree, permits: [Permit]) -> [Finding] {
        let findings = tree.files.filter { !$0.path.hasPrefix(self.ownFolder) }.flatMap { file in
            file.lines.enumerated().flatMap { index, line -> [Finding] in
                let marks = line.words.filter(self.marks.contains).map { "`\($0)`: finish it or take it out" }
                let isTest = file.path.hasPrefix("Tests/")
                let places = self.machinePlaces
                    .filter { !(isTest && $0 == "/tmp/") && self.names($0, in: line) }
                    .filter { place in !permits.contains { $0.path == file.path && $0.place == place } }
                    .map { "`\($0)` is a place on one machine" }
                return (marks + places).map { Finding(file.path, line: index + 1, $0) }
            }
        }
        let unneeded = permits.filter { permit in
            !(tree[permit.path]?.lines.contains { self.names(permit.place, in: $0) } ?? false)
        }
        return findings + unneeded.map { Finding($0.path, "names `\($0.place)` no more: remove its permit") }
    }

    /// These tests have to write down what they look for.
    private static let ownFolder = "Tests/RepositoryTests/"
    private static let marks: Set = ["TODO", "FIXME", "XXX", "HACK"]
    private static let machinePlaces = ["/work/", "/root/", "/tmp/", "/home/"]

    /// `/tmp/` in `var/tmp/x` or a URL's path is none: an absolute path starts a word.
    private static func names(_ place: String, in line: Substring) -> Bool {
        line.ranges(of: place).contains { range in
            guard range.lowerBound > line.startIndex else { return true }
            let before = line[line.index(before: range.lowerBound)]
            return !(before.isLetter || before.isNumber || "_-.)}/*".contains(before))
        }
    }
}

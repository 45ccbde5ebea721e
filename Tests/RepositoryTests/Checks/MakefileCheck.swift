/// `make help` knows every target: each has a `##` comment on its line.
enum MakefileCheck {
    static func findings(in tree: SourceTree) -> [Finding] {
        guard let makefile = tree["Makefile"] else { return [Finding("Makefile", "is missing")] }
        return makefile.lines.enumerated().compactMap { index, line in
            guard let target = line.firstMatch(of: /^([a-z][a-z-]*):(?!=)/)?.output.1, !line.contains("## ") else {
                return nil
            }
            return Finding(makefile.path, line: index + 1, "target \(target) has no `## help`")
        }
    }
}

/// Every relative link of a Markdown file leads to a file, and to a heading when it names one.
enum LinkCheck {
    static func findings(in tree: SourceTree) -> [Finding] {
        tree.markdown.flatMap { file in
            self.links(of: file).compactMap { link in
                self.problem(with: link.target, in: file, tree: tree).map { Finding(file.path, line: link.line, $0) }
            }
        }
    }

    private static func links(of file: SourceFile) -> [(target: String, line: Int)] {
        Markdown.prose(of: file).flatMap { line, text in
            text.matches(of: /\]\(([^)\s]+)\)/).map { (String($0.output.1), line) }
        }
    }

    private static func problem(with target: String, in file: SourceFile, tree: SourceTree) -> String? {
        guard !target.contains("://"), !target.hasPrefix("mailto:") else { return nil }
        let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let path = parts[0].isEmpty ? file.path : self.resolved(parts[0], from: file.folder)
        guard let path, tree.contains(path) else { return "the link to \(target) leads nowhere" }
        guard parts.count == 2, let linked = tree[path] else { return nil }
        return Markdown.anchors(of: linked).contains(parts[1]) ? nil : "\(path) has no heading #\(parts[1])"
    }

    /// `nil` when the link climbs out of the repository.
    private static func resolved(_ target: String, from folder: String) -> String? {
        var parts = folder.split(separator: "/").map(String.init)
        for part in target.split(separator: "/") {
            switch part {
            case ".": continue
            case "..":
                guard !parts.isEmpty else { return nil }
                parts.removeLast()
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}

/// Every numbered invariant of docs/ARCHITECTURE.md names, as `` `SomeTests/function` ``, a test that exists.
enum InvariantCheck {
    static let page = "docs/ARCHITECTURE.md"
    private static let heading = "invariants"

    static func findings(in tree: SourceTree) -> [Finding] {
        guard let file = tree[self.page] else { return [Finding(self.page, "is missing")] }
        let invariants = self.invariants(of: file)
        guard !invariants.isEmpty else { return [Finding(self.page, "has no numbered list under \"Invariants\"")] }
        return invariants.flatMap { invariant -> [Finding] in
            let references = Markdown.codeSpans(in: invariant.text).compactMap(TestReference.init)
            guard !references.isEmpty else {
                return [Finding(file.path, line: invariant.line, "names no test such as `GatewayTests/function`")]
            }
            return references.filter { !$0.exists(in: tree) }.map {
                Finding(file.path, line: invariant.line, "there is no test \($0.suite)/\($0.function)")
            }
        }
    }

    private struct TestReference {
        let suite: String
        let function: String

        init?(_ span: String) {
            let parts = span.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].hasSuffix("Tests"), parts[0].words.count == 1, parts[1].words.count == 1
            else { return nil }
            self.suite = String(parts[0])
            self.function = parts[1].words[0]
        }

        /// Extensions may keep a suite's tests in several files.
        func exists(in tree: SourceTree) -> Bool {
            tree.testSwift.contains { file in
                let lines = file.codeLines
                return lines.contains { $0.words.contains(self.suite) }
                    && lines.contains { $0.contains("func \(self.function)(") }
            }
        }
    }

    /// Numbered items under the heading, each with its continuation lines.
    private static func invariants(of file: SourceFile) -> [(line: Int, text: String)] {
        var items: [(line: Int, text: String)] = []
        var isUnderHeading = false
        for (line, text) in Markdown.prose(of: file) {
            if text.hasPrefix("#") {
                isUnderHeading = text.lowercased().contains(self.heading)
            } else if isUnderHeading, text.prefix(while: \.isNumber).count > 0, text.contains(". ") {
                items.append((line, String(text)))
            } else if isUnderHeading, !items.isEmpty, text.hasPrefix(" ") {
                items[items.count - 1].text += text
            }
        }
        return items
    }
}

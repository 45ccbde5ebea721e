/// As much of Markdown as the checks read.
enum Markdown {
    /// The lines outside code fences, with their numbers from 1.
    static func prose(of file: SourceFile) -> [(line: Int, text: Substring)] {
        var isInFence = false
        return file.lines.enumerated().compactMap { index, text in
            if text.trimmed().hasPrefix("```") {
                isInFence.toggle()
                return nil
            }
            return isInFence ? nil : (index + 1, text)
        }
    }

    /// The anchors that code hosts make of headings: lower case, punctuation dropped, blanks as hyphens.
    static func anchors(of file: SourceFile) -> Set<String> {
        Set(
            self.prose(of: file).filter { $0.text.hasPrefix("#") }.map { _, text in
                let title = text.drop { $0 == "#" }.trimmed().lowercased()
                return String(
                    title.filter { $0.isLetter || $0.isNumber || "- _".contains($0) }.map { $0 == " " ? "-" : $0 }
                )
            }
        )
    }

    /// The words in backquotes.
    static func codeSpans(in text: some StringProtocol) -> [String] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
    }
}

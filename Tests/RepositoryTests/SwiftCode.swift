/// Just enough of Swift's grammar to tell code from comments and string literals.
struct SwiftCode {
    private let input: [UInt8]
    private var output: [UInt8]
    private var index = 0

    /// Blanks become spaces and line breaks stay, so every position and line number still holds.
    static func blankingCommentsAndStrings(in text: String) -> String {
        var scanner = SwiftCode(text)
        scanner.scanCode(untilParenthesisCloses: false)
        return String(decoding: scanner.output, as: UTF8.self)
    }

    private init(_ text: String) {
        self.input = Array(text.utf8)
        self.output = self.input
    }

    private mutating func scanCode(untilParenthesisCloses: Bool) {
        var depth = 0
        while self.index < self.input.count {
            if self.starts(with: "//") {
                self.blank { $0 != UInt8(ascii: "\n") }
            } else if self.starts(with: "/*") {
                self.blankBlockComment()
            } else if let pounds = self.poundsOfStringStart() {
                self.blankString(pounds: pounds)
            } else {
                switch self.input[self.index] {
                case UInt8(ascii: "("): depth += 1
                case UInt8(ascii: ")"):
                    depth -= 1
                    if untilParenthesisCloses, depth == 0 {
                        self.index += 1
                        return
                    }
                default: break
                }
                self.index += 1
            }
        }
    }

    private func starts(with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard self.index + count <= self.input.count else { return false }
        return "\(text)".utf8.elementsEqual(self.input[self.index..<self.index + count])
    }

    private func poundsOfStringStart() -> Int? {
        var end = self.index
        while end < self.input.count, self.input[end] == UInt8(ascii: "#") { end += 1 }
        return end < self.input.count && self.input[end] == UInt8(ascii: "\"") ? end - self.index : nil
    }

    private mutating func blank(count: Int = 1) {
        for _ in 0..<count where self.index < self.input.count {
            if self.input[self.index] != UInt8(ascii: "\n") { self.output[self.index] = UInt8(ascii: " ") }
            self.index += 1
        }
    }

    private mutating func blank(while condition: (UInt8) -> Bool) {
        while self.index < self.input.count, condition(self.input[self.index]) { self.blank() }
    }

    private mutating func blankBlockComment() {
        var depth = 0
        repeat {
            if self.starts(with: "/*") {
                depth += 1
                self.blank(count: 2)
            } else if self.starts(with: "*/") {
                depth -= 1
                self.blank(count: 2)
            } else {
                self.blank()
            }
        } while depth > 0 && self.index < self.input.count
    }

    /// Interpolations are code inside a string: their strings are blanked, the rest of them stays.
    private mutating func blankString(pounds: Int) {
        self.blank(count: pounds)
        let quoteCount = self.starts(with: "\"\"\"") ? 3 : 1
        self.blank(count: quoteCount)
        let end = [UInt8](repeating: UInt8(ascii: "\""), count: quoteCount) + Self.pounds(pounds)
        let escape = [UInt8(ascii: "\\")] + Self.pounds(pounds)
        while self.index < self.input.count {
            let rest = self.input[self.index...]
            if rest.starts(with: end) {
                self.blank(count: end.count)
                return
            }
            if rest.starts(with: escape + [UInt8(ascii: "(")]) {
                self.blank(count: escape.count)
                self.scanCode(untilParenthesisCloses: true)
            } else if rest.starts(with: escape) {
                self.blank(count: escape.count + 1)
            } else {
                self.blank()
            }
        }
    }

    private static func pounds(_ count: Int) -> [UInt8] { [UInt8](repeating: UInt8(ascii: "#"), count: count) }
}

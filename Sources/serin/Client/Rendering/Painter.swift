/// What a piece of text means; colour repeats what the words already say.
enum Ink {
    case plain, good, bad, doubtful, faint, strong
}

/// Turns ink into terminal colours, or leaves the words alone.
struct Painter: Equatable, Sendable {
    let isColoured: Bool

    static let plain = Painter(isColoured: false)

    func paint(_ text: String, _ ink: Ink) -> String {
        guard self.isColoured, !text.isEmpty else { return text }
        let code: Int
        switch ink {
        case .plain: return text
        case .good: code = 32
        case .bad: code = 31
        case .doubtful: code = 33
        case .faint: code = 2
        case .strong: code = 1
        }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}

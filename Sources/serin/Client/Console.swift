import Foundation

/// The only place that writes to the terminal for a command.
struct Console: Sendable {
    let painter: Painter
    /// Whether standard output is a terminal: only there are screens redrawn in place.
    let isTerminal: Bool

    init() {
        self.isTerminal = isatty(STDOUT_FILENO) == 1
        let refusesColour = ProcessInfo.processInfo.environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        self.painter = Painter(isColoured: self.isTerminal && !refusesColour)
    }

    static func line(_ text: String) { self.write(text + "\n", to: .standardOutput) }

    static func error(_ text: String) { self.write("serin: \(text)\n", to: .standardError) }

    func line(_ text: String) { Self.line(text) }

    func lines(_ lines: [String]) { Self.write(lines.map { $0 + "\n" }.joined(), to: .standardOutput) }

    /// A document of the API as it came, on a line of its own.
    func document(_ bytes: Data) {
        Self.write(String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines) + "\n", to: .standardOutput)
    }

    /// A document of our own.
    func encoded(_ document: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do { self.document(try encoder.encode(document)) } catch {
            self.complain(["the answer can't be written as JSON: \(error)"])
        }
    }

    /// What went wrong, and in further lines what to do.
    func complain(_ lines: [String]) { Self.error(lines.joined(separator: "\n")) }

    /// For what accompanies a document on standard output.
    func note(_ text: String) { Self.write(text + "\n", to: .standardError) }

    /// Replaces what the last call drew, in a terminal; appends elsewhere. Long lines are cut at the terminal's edge.
    func redraw(_ lines: [String]) {
        guard self.isTerminal else { return self.lines(lines + [""]) }
        let (home, noWrap, wrap, clearRest) = ("\u{1B}[H", "\u{1B}[?7l", "\u{1B}[?7h", "\u{1B}[J")
        let body = lines.map { $0 + "\u{1B}[K\n" }.joined()
        Self.write(home + noWrap + body + wrap + clearRest, to: .standardOutput)
    }

    /// Clears the terminal before the first `redraw`.
    func beginScreen() {
        if self.isTerminal { Self.write("\u{1B}[2J", to: .standardOutput) }
    }

    /// Replaces the present line in a terminal; says nothing elsewhere.
    func progress(_ text: String) {
        if self.isTerminal { Self.write("\r" + text + "\u{1B}[K", to: .standardOutput) }
    }

    private static func write(_ text: String, to handle: FileHandle) {
        // A reader that has gone can't be told so.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}

import Synchronization

/// Tells the story as it happens: lines with the time since the beginning, and a line of progress in between.
final class DemoTeller: Sendable {
    private let console: Console
    /// With a document on standard output the story goes to standard error.
    private let isAside: Bool
    private let began = ContinuousClock.now
    private let state = Mutex(State())

    private struct State {
        var chapter = "the start"
        var lastProgress: ContinuousClock.Instant?
    }

    init(console: Console, isAside: Bool) {
        self.console = console
        self.isAside = isAside
    }

    var painter: Painter { self.isAside ? .plain : self.console.painter }
    var elapsed: Duration { self.began.duration(to: .now) }
    /// What is going on, for a message when it takes too long.
    var chapter: String { self.state.withLock { $0.chapter } }

    func begin(chapter: String) {
        self.state.withLock { $0.chapter = chapter }
        self.write("")
        self.write("── " + self.painter.paint(chapter, .strong))
    }

    func say(_ text: String) { self.write("[\(self.clock)] \(text)") }

    /// In a terminal the line replaces itself; elsewhere one is kept every five seconds.
    func progress(_ text: String) {
        let line = "[\(self.clock)]   \(text)"
        if self.console.isTerminal, !self.isAside { return self.console.progress(line) }
        let isDue = self.state.withLock { state in
            if let last = state.lastProgress, last.duration(to: .now) < .seconds(5) { return false }
            state.lastProgress = .now
            return true
        }
        if isDue { self.write(line) }
    }

    func lines(_ lines: [String]) { for line in lines { self.write(line) } }

    private var clock: String {
        let seconds = Figures.rate(self.elapsed / .seconds(1))
        return String(repeating: " ", count: max(0, 5 - seconds.count)) + seconds + " s"
    }

    private func write(_ text: String) {
        if self.isAside { return self.console.note(text) }
        if self.console.isTerminal { self.console.progress("") }
        self.console.line(text)
    }
}

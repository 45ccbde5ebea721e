import DemoModel
import NIOCore
import Synchronization

/// What all connections share: the rows, whose turn it is, and the count of answers.
final class ReplayScript: Sendable {
    struct Line: Sendable {
        let body: ByteBuffer
        let label: Int
    }

    let port: Int
    let period: TimeAmount
    private let lines: [Line]
    private let state = Mutex(State())

    private struct State {
        var next = 0
        var connections = 0
        var hasEnded = false
        var tally = TrafficTally()
    }

    /// - Parameter rows: At least one.
    init(rows: [DemoRow], port: Int, period: TimeAmount) {
        precondition(!rows.isEmpty, "there is something to replay")
        self.lines = rows.enumerated().map {
            Line(body: ByteBuffer(bytes: $1.requestBody(id: "row-\($0)")), label: $1.label)
        }
        self.port = port
        self.period = period
    }

    var tally: TrafficTally { self.state.withLock { $0.tally } }
    var isBusy: Bool { self.state.withLock { $0.connections > 0 } }

    /// Nil when the story is over.
    func nextLine() -> Line? {
        self.state.withLock { state in
            guard !state.hasEnded else { return nil }
            defer { state.next = (state.next + 1) % self.lines.count }
            return self.lines[state.next]
        }
    }

    func end() { self.state.withLock { $0.hasEnded = true } }

    /// False when no new connection is wanted.
    func openConnection() -> Bool {
        self.state.withLock { state in
            guard !state.hasEnded else { return false }
            state.connections += 1
            return true
        }
    }

    func closeConnection() { self.state.withLock { $0.connections -= 1 } }

    func lostAnswer() { self.state.withLock { $0.tally.countUnanswered() } }

    func count(_ answer: TrafficTally.Answer, by version: String?, sent: ContinuousClock.Instant) {
        let now = ContinuousClock.now
        self.state.withLock { $0.tally.count(answer, by: version, after: now - sent, at: now) }
    }
}

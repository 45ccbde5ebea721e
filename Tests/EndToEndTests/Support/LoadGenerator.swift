import Foundation
import Synchronization

/// Concurrent keep-alive clients of a gateway, each on a thread of its own, closed loop.
final class LoadGenerator: Sendable {
    private struct State {
        var left: Int
        var isStopped = false
        var report = LoadReport()
    }

    private let port: Int
    private let request: [UInt8]
    private let pause: Duration
    private let timeout: Int32
    private let state: Mutex<State>
    private let running = DispatchGroup()

    /// - Parameters:
    ///   - requests: How many are sent at most, all clients together.
    ///   - perSecond: Of all clients together; as many as go when absent.
    ///   - timeout: Of each wait for bytes, in seconds.
    init(
        port: Int,
        clients: Int = 4,
        requests: Int = .max,
        perSecond: Double? = nil,
        timeout: Int32 = 10,
        request: [UInt8] = LoadGenerator.inference()
    ) {
        self.port = port
        self.request = request
        self.pause = perSecond.map { .seconds(Double(clients) / $0) } ?? .zero
        self.timeout = timeout
        self.state = Mutex(State(left: requests))
        for number in 0..<clients {
            let thread = Thread {
                self.run()
                self.running.leave()
            }
            thread.name = "client-\(number)"
            self.running.enter()
            thread.start()
        }
    }

    static func inference(model: String = "digits") -> [UInt8] {
        let pixels = (0..<64).map { "\($0 % 17)" }.joined(separator: ",")
        let body = #"{"id":"1","inputs":[{"name":"input","shape":[1,64],"datatype":"FP32","data":[\#(pixels)]}]}"#
        let head = """
            POST /v2/models/\(model)/infer HTTP/1.1\r
            Host: models.test\r
            Content-Type: application/json\r
            Content-Length: \(body.utf8.count)\r
            \r

            """
        return Array((head + body).utf8)
    }

    /// What was seen so far.
    var report: LoadReport { self.state.withLock { $0.report } }

    /// Ends the load after the requests in flight.
    @discardableResult
    func stop() async throws -> LoadReport {
        self.state.withLock { $0.isStopped = true }
        return try await self.finished()
    }

    /// Waits until all requests were sent and answered.
    func finished() async throws -> LoadReport {
        try await blocking { self.running.wait() }
        return self.report
    }

    private func run() {
        let connection = HTTPConnection(port: self.port, timeout: self.timeout)
        var due = ContinuousClock.now
        while self.takesOne() {
            if self.pause > .zero { due = self.rest(until: due) }
            let start = ContinuousClock.now
            let outcome = Result { () throws(HTTPConnection.Failure) in try connection.exchange(self.request) }
            let end = ContinuousClock.now
            self.state.withLock { $0.report.add(outcome, from: start, to: end) }
            if case .failure = outcome { usleep(20_000) }
        }
    }

    private func takesOne() -> Bool {
        self.state.withLock { state in
            guard !state.isStopped, state.left > 0 else { return false }
            state.left -= 1
            return true
        }
    }

    /// Sleeps until the request is due and returns when the next one is; what was missed is not made up for.
    private func rest(until due: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let left = due - ContinuousClock.now
        guard left > .zero else { return ContinuousClock.now.advanced(by: self.pause) }
        usleep(UInt32(left.microseconds))
        return due.advanced(by: self.pause)
    }
}

extension Duration {
    var microseconds: Int64 { self.components.seconds * 1_000_000 + self.components.attoseconds / 1_000_000_000_000 }
    var milliseconds: Double { Double(self.microseconds) / 1_000 }
}

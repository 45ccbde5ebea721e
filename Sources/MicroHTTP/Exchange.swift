import Synchronization

/// One request and its answer, from the request line to the last byte.
///
/// libmicrohttpd's thread and the lane's thread both act on it; the lock makes each step whole, and a connection is
/// suspended and resumed under it, so that neither can be missed.
final class Exchange: Sendable {
    private enum Phase {
        case receiving
        case running(ConnectionHandle)
        case answered(HTTPResponse)
        case streaming(EventStream)
        case over
    }

    private struct State {
        var phase = Phase.receiving
        var head: HTTPRequestHead?
        var body: [UInt8] = []
        var isAbandoned = false
    }

    /// As on the request line, before libmicrohttpd unescapes it in place.
    let target: [UInt8]
    private let state = Mutex(State())

    init(target: [UInt8]) {
        self.target = target
    }

    var head: HTTPRequestHead? { state.withLock { $0.head } }

    func begin(_ head: HTTPRequestHead) {
        state.withLock { $0.head = head }
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        state.withLock { $0.body.append(contentsOf: bytes) }
    }

    /// Hands over the answer, if there is one that has not been sent.
    func takeAnswer() -> HTTPResponse? {
        state.withLock { state in
            guard case .answered(let response) = state.phase else { return nil }
            state.phase = .over
            return response
        }
    }

    func takeBody() -> [UInt8] {
        state.withLock { state in
            defer { state.body = [] }
            return state.body
        }
    }

    /// Suspends the connection if the lane takes the job, as one step.
    ///
    /// - Returns: `false` when the lane is full or the server has given the exchange up.
    func run(on lane: Lane, connection: ConnectionHandle, _ job: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            guard !state.isAbandoned, lane.submit(job) else { return false }
            state.phase = .running(connection)
            connection.suspend()
            return true
        }
    }

    /// Stores the answer and wakes the connection; an answer that comes after `abandon` is dropped.
    func complete(with response: HTTPResponse) {
        let isTaken = state.withLock { state in
            guard case .running(let connection) = state.phase else { return false }
            state.phase = .answered(response)
            connection.resume()
            return true
        }
        if !isTaken, case .events(let stream) = response.body { stream.detach() }
    }

    func beginStreaming(_ stream: EventStream) {
        state.withLock { $0.phase = .streaming(stream) }
    }

    /// Ends an open event stream; other exchanges go on.
    func finishStream() {
        let stream = state.withLock { state -> EventStream? in
            if case .streaming(let stream) = state.phase { stream } else { nil }
        }
        stream?.finish()
    }

    /// Answers in the handler's place, because the server waits no longer.
    func abandon(with response: HTTPResponse) {
        state.withLock { $0.isAbandoned = true }
        complete(with: response)
        finishStream()
    }

    /// libmicrohttpd has done with the request, well or badly.
    func close() {
        let stream = state.withLock { state -> EventStream? in
            defer { state.phase = .over }
            return if case .streaming(let stream) = state.phase { stream } else { nil }
        }
        stream?.detach()
    }
}

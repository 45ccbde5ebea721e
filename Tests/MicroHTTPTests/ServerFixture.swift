import Dispatch
import MicroHTTP
import Synchronization
import Testing

/// A gate that handlers wait at until the test opens it.
final class Latch: Sendable {
    private let arrivals = DispatchSemaphore(value: 0)
    private let opening = DispatchSemaphore(value: 0)

    func pass() {
        arrivals.signal()
        opening.wait()
    }

    func waitForArrival() -> Bool {
        arrivals.wait(timeout: .now() + 10) == .success
    }

    func open(_ count: Int = 1) {
        for _ in 0..<count { opening.signal() }
    }
}

/// Values that another thread hands to the test.
final class Mailbox<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])
    private let available = DispatchSemaphore(value: 0)

    func put(_ value: Value) {
        values.withLock { $0.append(value) }
        available.signal()
    }

    func take() throws -> Value {
        try #require(available.wait(timeout: .now() + 10) == .success, "nothing arrived within ten seconds")
        return values.withLock { $0.removeFirst() }
    }
}

extension HTTPServer {
    /// A server on a free port; errors are answered as `title`, so that tests can tell them apart.
    static func fixture(
        lane: Lane = Lane(name: "main", threads: 2, queueCapacity: 256),
        configure: (inout HTTPServer.Configuration) -> Void = { _ in },
        handler: @escaping @Sendable (HTTPRequest) throws -> HTTPResponse
    ) throws -> HTTPServer {
        try fixture(laneFor: { _ in lane }, configure: configure, handler: handler)
    }

    static func fixture(
        laneFor: @escaping @Sendable (HTTPRequestHead) -> Lane,
        configure: (inout HTTPServer.Configuration) -> Void = { _ in },
        handler: @escaping @Sendable (HTTPRequest) throws -> HTTPResponse
    ) throws -> HTTPServer {
        var configuration = HTTPServer.Configuration()
        configure(&configuration)
        let responder = HTTPResponder(
            lane: laneFor,
            errorResponse: { status, title, _ in .text(title, status: status) },
            handler: handler
        )
        return try HTTPServer(configuration, responder: responder)
    }

    /// Answers with what the request was.
    static func echo(_ request: HTTPRequest) -> HTTPResponse {
        .text("\(request.method) \(request.target.rawPath) \(String(decoding: request.body, as: UTF8.self))")
    }
}

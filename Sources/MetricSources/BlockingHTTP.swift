import Dispatch
import Foundation
import FoundationNetworking
import Synchronization

/// One request, one answer, waited for on the caller's own thread.
struct BlockingHTTP: Sendable {
    struct Answer: Equatable {
        let status: Int
        let body: Data

        /// The beginning of the body, for complaints.
        var excerpt: String {
            let text = String(decoding: self.body.prefix(120), as: UTF8.self)
            return text.isEmpty ? "nothing" : "'\(text)'"
        }
    }

    /// A larger answer is no number.
    static let bodyLimit = 1 << 20

    let timeoutSeconds: Double

    func answer(to request: URLRequest) throws(MetricFailure) -> Answer {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = self.timeoutSeconds
        configuration.timeoutIntervalForResource = self.timeoutSeconds
        let receipt = Receipt()
        let session = URLSession(configuration: configuration, delegate: receipt, delegateQueue: nil)
        defer { session.invalidateAndCancel() }
        session.dataTask(with: request).resume()
        return try receipt.wait(seconds: self.timeoutSeconds + 1)
    }
}

/// What comes of one request, put together on the session's queue and handed to who waits.
private final class Receipt: NSObject, URLSessionDataDelegate, Sendable {
    private struct State {
        var status: Int?
        var body = Data()
        var outcome: Result<BlockingHTTP.Answer, MetricFailure>?
    }

    private let state = Mutex(State())
    private let done = DispatchSemaphore(value: 0)

    func wait(seconds: Double) throws(MetricFailure) -> BlockingHTTP.Answer {
        guard self.done.wait(timeout: .now() + seconds) == .success, let outcome = self.state.withLock({ $0.outcome })
        else { throw MetricFailure("no answer in time") }
        return try outcome.get()
    }

    func urlSession(
        _ session: URLSession,
        dataTask: URLSessionDataTask,
        didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        self.state.withLock { $0.status = (response as? HTTPURLResponse)?.statusCode }
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLarge = self.state.withLock { state in
            state.body.append(data)
            return state.body.count > BlockingHTTP.bodyLimit
        }
        if isTooLarge {
            self.settle(.failure(MetricFailure("the answer is larger than \(BlockingHTTP.bodyLimit) bytes")))
            dataTask.cancel()
        }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        if let error { return self.settle(.failure(MetricFailure("no answer: \(error.localizedDescription)"))) }
        let (status, body) = self.state.withLock { ($0.status, $0.body) }
        guard let status else { return self.settle(.failure(MetricFailure("the answer is not HTTP"))) }
        self.settle(.success(BlockingHTTP.Answer(status: status, body: body)))
    }

    /// The first outcome is the one.
    private func settle(_ outcome: Result<BlockingHTTP.Answer, MetricFailure>) {
        let isFirst = self.state.withLock { state in
            guard state.outcome == nil else { return false }
            state.outcome = outcome
            return true
        }
        if isFirst { self.done.signal() }
    }
}

import Dispatch
import Foundation
import Synchronization

/// A thread that runs a socket loop, as other threads see it.
///
/// `State` is what the loop's owner keeps on it: made on that thread, never seen outside of it.
package final class LoopThread<State: AnyObject>: Sendable {
    package let remote: LoopRemote
    private let ended = DispatchGroup()

    /// Starts the thread; returns when `prepare` has.
    ///
    /// - Throws: What `prepare` throws, or `SocketError` when the system has no descriptors for a loop.
    package init(
        name: String,
        tickMilliseconds: Int = 100,
        prepare: @escaping @Sendable (SocketLoop) throws -> State
    ) throws {
        let mailbox = try LoopMailbox()
        self.remote = LoopRemote(mailbox)
        let ended = self.ended
        let prepared = LoopCall<Result<Void, any Error>>()
        ended.enter()
        let thread = Thread {
            defer { ended.leave() }
            do {
                let loop = try SocketLoop(mailbox: mailbox, tickMilliseconds: tickMilliseconds)
                loop.attachment = try prepare(loop)
                prepared.finish(.success(()))
                loop.run()
            } catch {
                _ = mailbox.close()
                prepared.finish(.failure(error))
            }
        }
        thread.name = name
        thread.start()
        try prepared.wait()?.get()
    }

    /// Has `body` run on the loop's thread, after those that were posted before.
    ///
    /// - Returns: false when the loop has ended, so that it will never run.
    @discardableResult
    package func post(_ body: @escaping @Sendable (State) -> Void) -> Bool {
        self.remote.post { loop in Self.run(body, on: loop) }
    }

    /// Has `body` run on the loop's thread; its result can be waited for.
    package func call<Value: Sendable>(_ body: @escaping @Sendable (State) -> Value) -> LoopCall<Value> {
        let call = LoopCall<Value>()
        let isPosted = self.remote.post { loop in call.finish(Self.run(body, on: loop)) }
        if !isPosted { call.finish(nil) }
        return call
    }

    private static func run<Value>(_ body: (State) -> Value, on loop: SocketLoop) -> Value? {
        guard let state = loop.attachment as? State else { return nil }
        return body(state)
    }

    /// Ends the loop, which closes its sockets, and returns when its thread has ended.
    package func stop() {
        self.remote.post { $0.stop() }
        self.ended.wait()
    }
}

/// The result of something that runs on a loop's thread.
package final class LoopCall<Value: Sendable>: Sendable {
    private let result = Mutex<Value?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init() {}

    func finish(_ value: Value?) {
        self.result.withLock { $0 = value }
        self.done.signal()
    }

    /// Waits for it, on any other thread; call it once.
    ///
    /// - Returns: nil when the loop has ended before.
    package func wait() -> Value? {
        self.done.wait()
        return self.result.withLock { $0 }
    }
}

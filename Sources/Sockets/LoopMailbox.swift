import CSockets
import Synchronization

/// What other threads want a loop to do.
final class LoopMailbox: Sendable {
    typealias Job = @Sendable (SocketLoop) -> Void

    private struct State {
        var jobs: [Job] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    /// Readable while there are jobs.
    let descriptor: CInt

    init() throws(SocketError) {
        self.descriptor = cs_eventfd()
        guard self.descriptor >= 0 else { throw SocketError(.loop, -self.descriptor) }
    }

    deinit { cs_close(self.descriptor) }

    /// - Returns: false when the loop has ended, so that the job will never run.
    func post(_ job: @escaping Job) -> Bool {
        let (isPosted, wakes) = self.state.withLock { state in
            if state.isClosed { return (false, false) }
            state.jobs.append(job)
            return (true, state.jobs.count == 1)
        }
        if wakes { cs_eventfd_signal(self.descriptor) }
        return isPosted
    }

    /// Takes out what was posted.
    func take() -> [Job] {
        cs_drain(self.descriptor)
        return self.state.withLock { state in
            defer { state.jobs = [] }
            return state.jobs
        }
    }

    /// Refuses further jobs; returns those that were posted before.
    func close() -> [Job] {
        self.state.withLock { state in
            state.isClosed = true
            defer { state.jobs = [] }
            return state.jobs
        }
    }
}

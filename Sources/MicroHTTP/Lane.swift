import Dispatch
import Synchronization

/// A named, bounded pool of threads with a bounded queue of its own: a lane that is stuck holds up no other lane.
///
/// Threads start with the lane and end when it is no longer referenced and its queue is empty.
package final class Lane: Sendable {
    /// Runs the handler on libmicrohttpd's own thread: only for answers that never wait, such as health checks.
    package static let inline = Lane()

    package let name: String
    private let queue: WorkQueue?

    /// - Parameters:
    ///   - name: For threads and metrics.
    ///   - threads: 1...256.
    ///   - queueCapacity: Jobs that may wait while all threads are busy; 0... . One more is answered with 503.
    package init(name: String, threads: Int, queueCapacity: Int) {
        precondition((1...256).contains(threads), "a lane has 1...256 threads, not \(threads)")
        precondition(queueCapacity >= 0, "a lane's queue cannot hold \(queueCapacity) jobs")
        let queue = WorkQueue(threads: threads, capacity: queueCapacity)
        self.name = name
        self.queue = queue
        for _ in 0..<threads {
            Thread.start(name: name) { queue.work() }
        }
    }

    private init() {
        name = "inline"
        queue = nil
    }

    deinit {
        queue?.close()
    }

    var isInline: Bool { queue == nil }

    /// Jobs that run and jobs that wait, at this moment.
    package var load: (running: Int, waiting: Int) {
        queue?.load ?? (0, 0)
    }

    /// - Returns: `false` when the queue is full; the job is not run then.
    func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
        guard let queue else {
            job()
            return true
        }
        return queue.submit(job)
    }
}

/// The jobs of a lane; its threads hold it, so that it outlives the lane until they have ended.
private final class WorkQueue: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var running = 0
        var isClosed = false
    }

    private let threads: Int
    private let capacity: Int
    private let state = Mutex(State())
    private let available = DispatchSemaphore(value: 0)

    init(threads: Int, capacity: Int) {
        self.threads = threads
        self.capacity = capacity
    }

    var load: (running: Int, waiting: Int) {
        state.withLock { ($0.running, $0.waiting.count) }
    }

    func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
        let isAccepted = state.withLock { state in
            guard state.running + state.waiting.count < threads + capacity else { return false }
            state.waiting.append(job)
            return true
        }
        if isAccepted { available.signal() }
        return isAccepted
    }

    func close() {
        state.withLock { $0.isClosed = true }
        for _ in 0..<threads { available.signal() }
    }

    func work() {
        while true {
            available.wait()
            let job = state.withLock { state -> (@Sendable () -> Void)? in
                guard !state.waiting.isEmpty else { return nil }
                state.running += 1
                return state.waiting.removeFirst()
            }
            // A signal without a job comes from `close`, after which every job has its own signal.
            guard let job else { return }
            job()
            state.withLock { $0.running -= 1 }
        }
    }
}

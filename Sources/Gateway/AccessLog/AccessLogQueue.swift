import Dispatch
import ProxyCore
import Synchronization

/// What event loops hand to the thread that writes the access log. Bounded; a loop never waits for it.
final class AccessLogQueue: Sendable {
    /// What the writer does next.
    struct Work {
        var batches: [AccessBatch] = []
        var isReopenWanted = false
        var isClosed = false
    }

    /// So many batches wait at most: with their 1 024 records some tens of megabytes in the worst case.
    private static let batchLimit = 32

    private let state = Mutex(Work())
    private let arrivals = DispatchSemaphore(value: 0)

    /// Queues a batch, without waiting for anybody.
    ///
    /// - Returns: false when there is no room, or another thread has the queue.
    func offer(_ batch: AccessBatch) -> Bool {
        let isTaken = self.state.withLockIfAvailable { work in
            guard work.batches.count < Self.batchLimit, !work.isClosed else { return false }
            work.batches.append(batch)
            return true
        }
        if isTaken == true { self.arrivals.signal() }
        return isTaken ?? false
    }

    /// Queues a loop's last batch, even if that means to wait for another thread.
    func offerLast(_ batch: AccessBatch) {
        self.state.withLock { $0.batches.append(batch) }
        self.arrivals.signal()
    }

    /// Has the file opened again, before the next line.
    func reopen() {
        self.state.withLock { $0.isReopenWanted = true }
        self.arrivals.signal()
    }

    /// Lets the writer end when it has written what waits.
    func close() {
        self.state.withLock { $0.isClosed = true }
        self.arrivals.signal()
    }

    /// Sleeps until there is something to do.
    func next() -> Work {
        while true {
            let work = self.state.withLock { work in
                defer { work = Work(isClosed: work.isClosed) }
                return work
            }
            if !work.batches.isEmpty || work.isReopenWanted || work.isClosed { return work }
            self.arrivals.wait()
        }
    }
}

import HTTPWire
import ProxyCore
import RolloutCore

/// One event loop's end of the access log. Confined to that loop.
struct AccessLogFeed {
    private let queue: AccessLogQueue
    private let sampling: AccessSampling
    private var batch = AccessBatch()

    init(_ queue: AccessLogQueue, share: Double) {
        self.queue = queue
        self.sampling = AccessSampling(share: share)
    }

    /// As `AccessSampling.keeps`.
    func keeps(_ outcome: Outcome?, status: Int, random: inout FastRandom) -> Bool {
        self.sampling.keeps(outcome, status: status, random: &random)
    }

    /// As `AccessBatch.append`.
    mutating func add(
        _ record: AccessRecord,
        client: [UInt8],
        method: RawSpan,
        path: RawSpan,
        trace: RawSpan
    ) {
        self.batch.append(record, client: client, method: method, path: path, trace: trace)
        if self.batch.count == AccessBatch.recordLimit / 2 { self.handOver() }
    }

    /// Hands over what waits, unless that means to wait for another thread; called with each tick.
    mutating func handOver() {
        if self.batch.isEmpty || !self.queue.offer(self.batch) { return }
        self.batch = AccessBatch()
    }

    /// Hands over what is left when the loop ends.
    mutating func handOverLast() {
        if !self.batch.isEmpty { self.queue.offerLast(self.batch) }
        self.batch = AccessBatch()
    }
}

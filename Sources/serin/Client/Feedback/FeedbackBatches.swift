import ControlWire
import Foundation

/// A file of labels, batch by batch, read on a thread of its own: at most two batches ahead of who sends them.
final class FeedbackBatches: Sendable {
    struct Batch: Sendable {
        var items: [JSONValue] = []
        var bad: [(line: Int, reason: String)] = []
    }

    let stream: AsyncThrowingStream<Batch, any Error>
    /// Begins at 0 and is signalled at once, because a semaphore must not end below the value it began with.
    private let room = DispatchSemaphore(value: 0)
    private static let ahead = 2

    init(_ file: FeedbackFile, size: Int) {
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: Batch.self)
        self.stream = stream
        let room = self.room
        for _ in 0..<Self.ahead { room.signal() }
        let thread = Thread {
            do {
                var batch = Batch()
                func pass() {
                    if !batch.items.isEmpty { room.wait() }
                    continuation.yield(batch)
                    batch = Batch()
                }
                try file.forEachLine { line in
                    switch line {
                    case .item(_, let item): batch.items.append(item)
                    case .bad(let number, let reason): batch.bad.append((number, reason))
                    }
                    if batch.items.count + batch.bad.count == size { pass() }
                }
                pass()
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        thread.name = "serin-labels"
        thread.start()
    }

    /// A batch with items was dealt with: the next may be read.
    func taken() { self.room.signal() }
}

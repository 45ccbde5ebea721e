import Synchronization

/// 1, 2, 3 … for all who ask.
final class SequenceSource: Sendable {
    private let last = Mutex<Int64>(0)

    func next() -> Int64 {
        self.last.withLock { last in
            last += 1
            return last
        }
    }
}

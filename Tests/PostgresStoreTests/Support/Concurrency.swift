import Foundation
import Synchronization

/// Runs `body` on `count` threads at once and waits for all; results in the order of their numbers.
///
/// Threads, because the store blocks and the cooperative pool has as few of them as the machine has cores.
func concurrently<Value: Sendable>(
    _ count: Int,
    _ body: @escaping @Sendable (Int) throws -> Value
) -> [Result<Value, any Error>] {
    let results = ResultBox<Value>()
    let group = DispatchGroup()
    for number in 0..<count {
        group.enter()
        let thread = Thread {
            let result = Result { try body(number) }
            results.values.withLock { $0[number] = result }
            group.leave()
        }
        thread.start()
    }
    group.wait()
    return results.values.withLock { values in (0..<count).compactMap { values[$0] } }
}

private final class ResultBox<Value: Sendable>: Sendable {
    let values = Mutex<[Int: Result<Value, any Error>]>([:])
}

/// Asks until the answer is yes, for at most ten seconds.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now.advanced(by: .seconds(10))
    while ContinuousClock.now < deadline {
        if try condition() { return true }
    }
    return false
}

import Foundation

struct NotInTime: Error, CustomStringConvertible {
    let description: String
}

/// Asks again and again until there is an answer.
///
/// An error of `question` counts as no answer yet; the last one is shown when the time is over.
func eventually<Value>(
    _ what: String,
    within seconds: Double = 20,
    pause: Duration = .milliseconds(25),
    _ question: () async throws -> Value?
) async throws -> Value {
    let end = ContinuousClock.now.advanced(by: .seconds(seconds))
    var lastError: (any Error)?
    while true {
        do {
            if let value = try await question() { return value }
            lastError = nil
        } catch {
            lastError = error
        }
        if ContinuousClock.now >= end {
            throw NotInTime(description: "not within \(seconds) s: \(what)\(lastError.map { "; \($0)" } ?? "")")
        }
        try await Task.sleep(for: pause)
    }
}

/// The same for a condition.
func eventually(_ what: String, within seconds: Double = 20, holds condition: () async throws -> Bool) async throws {
    _ = try await eventually(what, within: seconds) { try await condition() ? true : nil }
}

/// Runs blocking work off the threads of Swift's tasks, of which there are as many as cores.
func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Result(catching: work)) }
        thread.start()
    }
}

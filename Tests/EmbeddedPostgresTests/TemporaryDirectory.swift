import Foundation
import Testing

/// A fresh directory directly under `/tmp`, where every user may pass.
enum TemporaryDirectory {
    static func use<Result>(_ body: (_ path: String) throws -> Result) throws -> Result {
        let path = "/tmp/serin-embedded-" + UUID().uuidString.prefix(8).lowercased()
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755]
        )
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }
}

/// What a test waited for, or relied on, did not come.
struct NeverHappened: Error {
    let what: String
}

/// Waits for something that another process does.
func eventually(_ what: String, within limit: Duration = .seconds(20), _ condition: () throws -> Bool) throws {
    let deadline = ContinuousClock.now.advanced(by: limit)
    while try !condition() {
        guard ContinuousClock.now < deadline else { throw NeverHappened(what: what) }
        Thread.sleep(forTimeInterval: 0.01)
    }
}

import Synchronization

/// A value made from files, and made anew when they change; while they are broken the last good one stays.
final class Reloadable<Value: Sendable>: Sendable {
    private let load: @Sendable () throws(TLSFailure) -> Value
    private let files: Mutex<WatchedFiles>
    private let value: Mutex<Value>

    init(from paths: [String], load: @escaping @Sendable () throws(TLSFailure) -> Value) throws(TLSFailure) {
        self.files = Mutex(WatchedFiles(paths))
        self.load = load
        self.value = Mutex(try load())
    }

    var current: Value { self.value.withLock { $0 } }

    func reload() throws(TLSFailure) {
        // Reads files, so outside the lock that new connections take.
        let value = try self.load()
        self.value.withLock { $0 = value }
    }

    /// - Returns: Whether a file had changed; a change that can't be used is thrown once and tried again after the next.
    func reloadIfChanged() throws(TLSFailure) -> Bool {
        guard self.files.withLock({ $0.haveChanged() }) else { return false }
        try self.reload()
        return true
    }
}

import Dispatch
import Foundation
import Glibc
import Logging
import Synchronization

/// Passes what one server process writes to standard error on to our log, and keeps the last lines for error messages.
final class ServerLog: Sendable {
    private static let linesKept = 8
    private static let longestLine = 4_096

    private struct Content {
        var unfinished: [UInt8] = []
        var lastLines: [String] = []
    }

    /// What one server process writes to; the other end is read until nobody holds this one any more.
    let writingEnd: FileHandle
    private let readingEnd: FileHandle
    private let logger: Logger
    private let content = Mutex(Content())
    private let ended = DispatchSemaphore(value: 0)

    /// - Throws: `didNotStart` when there is no descriptor left; Foundation's own `Pipe` would end the program later.
    init(logger: Logger) throws(EmbeddedPostgresError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else {
            throw .didNotStart(reason: "no pipe for what it says: \(unsafe String(cString: strerror(errno)))", log: [])
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        readingEnd = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        writingEnd = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        self.logger = logger
        readingEnd.readabilityHandler = { [self] handle in
            let data = handle.availableData
            if data.isEmpty {
                handle.readabilityHandler = nil
                ended.signal()
            } else {
                receive(data)
            }
        }
    }

    /// Leaves the writing end to the process that was started, or not.
    func closeWritingEnd() {
        try? writingEnd.close()  // A descriptor that can't be closed is none.
    }

    /// The last lines of a process that has ended; waits a moment for what is still on its way.
    func lastLines() -> [String] {
        _ = ended.wait(timeout: .now() + .seconds(1))
        ended.signal()
        return content.withLock { $0.lastLines }
    }

    private func receive(_ data: Data) {
        let lines = content.withLock { content in
            content.unfinished += data
            var pieces = content.unfinished.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            content.unfinished = Array(pieces.removeLast().suffix(Self.longestLine))
            let lines = pieces.map { String(decoding: $0.prefix(Self.longestLine), as: UTF8.self) }
                .filter { !$0.isEmpty }
            content.lastLines = Array((content.lastLines + lines).suffix(Self.linesKept))
            return lines
        }
        for line in lines {
            let level: Logger.Level = line.hasPrefix("PANIC:") ? .error : .debug
            logger.log(level: level, "postgres says", metadata: ["line": "\(line)"])
        }
    }
}

import Foundation
import Logging
import ProxyCore

/// The thread of the access log: makes lines of records and writes them.
///
/// A line that can't be written is gone, and counted: neither the gateway nor its memory may depend on a log.
struct AccessLogWriter {
    let queue: AccessLogQueue
    let destination: GatewayConfiguration.AccessLog.Destination
    let logger: Logger
    private var file: FileHandle?
    private var lines = AccessLines()
    /// Since this was told last.
    private var lost = 0
    private var isFailing = false

    /// - Throws: When the file can't be opened.
    init(_ queue: AccessLogQueue, to destination: GatewayConfiguration.AccessLog.Destination, logger: Logger) throws {
        self.queue = queue
        self.destination = destination
        self.logger = logger
        self.file = try destination.open()
    }

    mutating func run() {
        var output: [UInt8] = []
        while true {
            let work = self.queue.next()
            if work.isReopenWanted { self.reopen() }
            for batch in work.batches {
                output.removeAll(keepingCapacity: true)
                // What failed may have left part of a line.
                if self.isFailing { output.append(UInt8(ascii: "\n")) }
                self.lines.append(batch, to: &output)
                self.lost += batch.dropped
                self.write(output, lines: batch.count)
            }
            if self.lost > 0, !self.isFailing {
                self.logger.warning("lines of the access log are lost", metadata: ["lines": "\(self.lost)"])
                self.lost = 0
            }
            if work.isClosed { return }
        }
    }

    private mutating func write(_ output: [UInt8], lines: Int) {
        do {
            try self.file?.write(contentsOf: output)
            if self.isFailing { self.logger.notice("the access log can be written again") }
            self.isFailing = false
        } catch {
            self.lost += lines
            // Once for each outage: a disk that is full for an hour is one event.
            if !self.isFailing {
                self.logger.error("the access log can't be written", metadata: ["error": "\(error)"])
            }
            self.isFailing = true
        }
    }

    private mutating func reopen() {
        do {
            self.file = try self.destination.open()
            self.logger.info("the access log is opened again")
        } catch {
            self.logger.error(
                "the access log can't be opened again; it goes on as it was",
                metadata: ["error": "\(error)"]
            )
        }
    }
}

extension GatewayConfiguration.AccessLog.Destination {
    fileprivate func open() throws -> FileHandle {
        switch self {
        case .standardOutput: return .standardOutput
        case .file(let path):
            let descriptor = unsafe Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
            guard descriptor >= 0 else {
                throw AccessLogFailure(path: path, reason: unsafe String(cString: strerror(errno)))
            }
            return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        }
    }
}

/// Why there is no access log.
package struct AccessLogFailure: Error, CustomStringConvertible {
    let path: String
    let reason: String

    package var description: String {
        "the access log \(self.path) can't be opened (\(self.reason)): name a file in a directory that this process may write to"
    }
}

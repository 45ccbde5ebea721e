import Foundation
import Logging
import ProxyCore
import RolloutCore
import Testing

@testable import Gateway

@Suite("The thread that writes the access log")
struct AccessLogWriterTests {
    private let queue = AccessLogQueue()
    private let path = FileManager.default.temporaryDirectory.appending(path: "serin-\(UUID().uuidString).log").path

    private func batch(_ statuses: Int...) -> AccessBatch {
        var batch = AccessBatch()
        for status in statuses {
            batch.append(
                AccessRecord(startedAt: Timestamp(seconds: 0), id: nil, status: status, durations: .init(total: 1)),
                client: [],
                method: RawSpan(),
                path: RawSpan(),
                trace: RawSpan()
            )
        }
        return batch
    }

    /// The statuses in the lines of the file at `path`.
    private func statuses(at path: String) throws -> [Int] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return object?["status"] as? Int ?? -1
        }
    }

    private func write(_ fill: () throws -> Void) throws {
        var writer = try AccessLogWriter(self.queue, to: .file(self.path), logger: Logger(label: "test"))
        try fill()
        self.queue.close()
        writer.run()
    }

    @Test("What was queued is in the file when the writer has ended, behind what was there")
    func everything() throws {
        defer { try? FileManager.default.removeItem(atPath: self.path) }
        try Data("{\"status\":1}\n".utf8).write(to: URL(filePath: self.path))

        try self.write {
            #expect(self.queue.offer(self.batch(200, 404)))
            #expect(self.queue.offer(self.batch(503)))
        }

        #expect(try self.statuses(at: self.path) == [1, 200, 404, 503])
    }

    @Test("A file that was moved away is made anew when it is opened again")
    func rotation() throws {
        let moved = self.path + ".1"
        defer { for path in [self.path, moved] { try? FileManager.default.removeItem(atPath: path) } }

        try self.write {
            try FileManager.default.moveItem(atPath: self.path, toPath: moved)
            #expect(self.queue.offer(self.batch(200)))
            self.queue.reopen()
        }

        #expect(try self.statuses(at: self.path) == [200])
        #expect(try self.statuses(at: moved) == [])
    }

    @Test("A full queue refuses, and a writer that comes later has what was taken")
    func bound() throws {
        defer { try? FileManager.default.removeItem(atPath: self.path) }
        var taken = 0
        while self.queue.offer(self.batch(100 + taken)) { taken += 1 }
        #expect(taken == 32)
        self.queue.offerLast(self.batch(100 + taken))

        try self.write {}

        #expect(try self.statuses(at: self.path) == Array(100...132))
        #expect(!self.queue.offer(self.batch(1)))
    }

    @Test("A directory that isn't there is told before anything starts")
    func missingDirectory() {
        #expect {
            try AccessLogWriter(self.queue, to: .file("/nowhere/access.log"), logger: Logger(label: "test"))
        } throws: { error in
            "\(error)".hasPrefix("the access log /nowhere/access.log can't be opened (No such file or directory)")
        }
    }

    @Test("A loop's feed hands over by itself before it is full, and the rest when it is told to")
    func feed() throws {
        defer { try? FileManager.default.removeItem(atPath: self.path) }
        var feed = AccessLogFeed(self.queue, share: 1)
        func add(_ status: Int) {
            feed.add(
                AccessRecord(startedAt: Timestamp(seconds: 0), id: nil, status: status, durations: .init(total: 1)),
                client: [],
                method: RawSpan(),
                path: RawSpan(),
                trace: RawSpan()
            )
        }

        try self.write {
            for status in 1...(AccessBatch.recordLimit * 3 / 4) { add(status) }
            #expect(self.queue.next().batches.map(\.count) == [AccessBatch.recordLimit / 2])
            feed.handOver()
            add(7)
            feed.handOverLast()
        }

        #expect(try self.statuses(at: self.path) == Array(513...768) + [7])
    }
}

import ControlWire
import Foundation

/// A client that follows `/v1/events` and reads the stream by the rules of the HTML standard.
final class EventReader {
    struct Received: Equatable {
        let id: Int64
        let kind: String
        let event: EventResponse
    }

    struct Ended: Error {}

    let head: Answer
    private let connection: RawConnection
    private var text: [UInt8] = []
    /// Bytes of `text` that are known to hold no end of a block.
    private var searched = 0

    /// Returns when the server has answered: what is committed from now on comes.
    init(
        _ bench: ControlBench,
        _ query: String = "",
        lastEventID: Int64? = nil,
        receiveBuffer: Int? = nil
    ) throws {
        self.connection = try bench.connection(receiveBuffer: receiveBuffer)
        let headers = lastEventID.map { ["Last-Event-ID: \($0)"] } ?? []
        self.connection.send(ControlBench.text("GET", "/v1/events" + query, headers: headers))
        guard let head = try self.connection.head() else { throw Ended() }
        self.head = head
    }

    /// The next event; comments are passed over.
    ///
    /// - Throws: `Ended` at the end of the stream.
    func next() throws -> Received {
        while true {
            while let end = self.endOfBlock() {
                let block = String(decoding: self.text[..<end], as: UTF8.self)
                self.text.removeFirst(end + 2)
                self.searched = 0
                if let received = try Self.parse(block) { return received }
            }
            guard let chunk = try self.connection.chunk() else { throw Ended() }
            self.text += chunk
        }
    }

    func next(_ count: Int) throws -> [Received] {
        try (0..<count).map { _ in try self.next() }
    }

    /// Where the empty line begins that ends the first block.
    private func endOfBlock() -> Int? {
        while self.searched + 1 < self.text.count {
            if self.text[self.searched] == 0x0A, self.text[self.searched + 1] == 0x0A { return self.searched }
            self.searched += 1
        }
        return nil
    }

    private static func parse(_ block: String) throws -> Received? {
        var fields: [String: String] = [:]
        for line in block.split(separator: "\n") where !line.hasPrefix(":") {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts[1].hasPrefix(" ") ? parts[1].dropFirst() : parts[1]
            fields[String(parts[0]), default: ""] += value
        }
        guard let data = fields["data"], let id = fields["id"].flatMap(Int64.init), let kind = fields["event"] else {
            return nil
        }
        let event = try JSONDecoder().decode(EventResponse.self, from: Data(data.utf8))
        return Received(id: id, kind: kind, event: event)
    }
}

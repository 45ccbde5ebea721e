import Glibc
import Sockets
import TLS
import TestCertificates
import Testing

@Suite("Content over TLS")
struct ContentTests {
    private let authority = TestAuthority()
    private let server: TLSServer
    private let client: TLSClient

    init() throws {
        let files = self.authority.issue(.init(names: ["DNS:localhost"]), as: "server")
        self.server = try TLSServer(
            TLSServerConfiguration(certificates: [CertificateFiles(chain: files.chain, key: files.key)])
        )
        self.client = try TLSClient(TLSClientConfiguration(trust: .authorities(self.authority.path)))
    }

    private func pair(bufferSize: CInt? = nil) throws -> SessionPair {
        let pair = try SessionPair(self.server, self.client, bufferSize: bufferSize)
        try #require(pair.shakeHands() == (.done, .done))
        // Takes the tickets: a socket that is closed with something unread resets its peer.
        _ = pair.client.receive()
        return pair
    }

    @Test("An end that the peer announces is told from one that anybody could have forged")
    func ends() throws {
        let announced = try self.pair()
        #expect(announced.client.send("all") == .bytes(3))
        announced.client.close()
        announced.sockets.closeClient()
        let truncated = try self.pair()
        #expect(truncated.client.send("some") == .bytes(4))
        truncated.sockets.closeClient()

        #expect(announced.server.receive() == (.bytes(3), "all"))
        #expect(announced.server.hasBufferedInput)
        #expect(announced.server.receive() == (.closed, ""))
        #expect(truncated.server.receive() == (.bytes(4), "some"))
        #expect(truncated.server.receive() == (.failed("the stream ended without close_notify"), ""))
    }

    @Test("Writing to a peer that is gone is a failure and no signal")
    func brokenPipe() throws {
        let pair = try self.pair()
        pair.sockets.closeClient()

        #expect(pair.server.send("anybody?") == .failed("Broken pipe"))
        pair.server.close()
    }

    @Test("What was read from the socket and not handed out is known")
    func bufferedInput() throws {
        let pair = try self.pair()
        for text in ["one", "two", "three"] { #expect(pair.client.send(text) == .bytes(text.utf8.count)) }

        #expect(pair.server.receive(upTo: 4) == (.bytes(4), "onet"))
        #expect(pair.server.hasBufferedInput)
        #expect(pair.server.receive() == (.bytes(7), "wothree"))
        #expect(!pair.server.hasBufferedInput)
        #expect(pair.server.receive() == (.wouldBlock, ""))
    }

    @Test("Part of a record is nothing to hand out")
    func partOfRecord() throws {
        let pair = try self.pair()
        #expect(pair.client.send("whole") == .bytes(5))
        var record = [UInt8](repeating: 0, count: 1_024)
        let count = recv(pair.sockets.server, &record, record.count, 0)
        try #require(count > 8)
        pair.sockets.sendAsClient(Array(record[..<(count - 2)]))

        #expect(pair.server.receive() == (.wouldBlock, ""))
        #expect(!pair.server.hasBufferedInput)
        pair.sockets.sendAsClient(Array(record[(count - 2)..<count]))
        #expect(pair.server.receive() == (.bytes(5), "whole"))
    }

    @Test("A record that was changed on the way breaks the session")
    func changedRecord() throws {
        let pair = try self.pair()
        #expect(pair.client.send("whole") == .bytes(5))
        var record = [UInt8](repeating: 0, count: 1_024)
        let count = recv(pair.sockets.server, &record, record.count, 0)
        try #require(count > 8)
        record[count - 1] ^= 1
        pair.sockets.sendAsClient(Array(record[..<count]))

        #expect(pair.server.receive() == (.failed("decryption failed or bad record mac"), ""))
    }

    @Test("A full socket takes what it can, and the rest when there is room")
    func fullSocket() throws {
        let pair = try self.pair(bufferSize: 4_096)
        let content = [UInt8](repeating: 7, count: 200_000)
        var sent = 0
        while case .bytes(let count) = pair.client.write(content.span.bytes.extracting(sent...)) { sent += count }
        #expect(sent < content.count)
        #expect(pair.client.write(content.span.bytes.extracting(sent...)) == .wouldBlock)

        var received = 0
        while received < content.count {
            while case .bytes(let count) = pair.server.receive().0 { received += count }
            if sent < content.count, case .bytes(let count) = pair.client.write(Array(content[sent...]).span.bytes) {
                sent += count
            }
        }
        #expect((sent, received) == (content.count, content.count))
    }

    @Test("Megabytes cross both ways whatever the order of reads and writes", arguments: [1, 2, 3] as [UInt64])
    func randomSchedules(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let pair = try self.pair(bufferSize: 9_000)
        var directions = [
            Direction(from: pair.client, to: pair.server, content: random.bytes(1_500_000)),
            Direction(from: pair.server, to: pair.client, content: random.bytes(1_500_000)),
        ]
        var steps = 0
        while directions.contains(where: { !$0.isComplete }) {
            steps += 1
            try #require(steps < 1_000_000, "stuck at \(directions.map(\.received.count)), seed \(seed)")
            let index = Int.random(in: 0...1, using: &random)
            if Bool.random(using: &random) {
                try directions[index].write(atMost: Int.random(in: 1...40_000, using: &random))
            } else {
                try directions[index].read(atMost: Int.random(in: 1...40_000, using: &random))
            }
        }
        #expect(directions.allSatisfy { $0.received == $0.content }, "seed \(seed)")
    }

    /// Bytes on their way from one side to the other.
    private struct Direction {
        let from: any SecureSession
        let to: any SecureSession
        let content: [UInt8]
        var sent = 0
        /// What was offered last and not taken: no less may be offered then.
        var offered = 0
        var received: [UInt8] = []

        init(from: any SecureSession, to: any SecureSession, content: [UInt8]) {
            self.from = from
            self.to = to
            self.content = content
        }

        var isComplete: Bool { self.received.count == self.content.count }

        mutating func write(atMost limit: Int) throws {
            let count = min(max(limit, self.offered), self.content.count - self.sent)
            guard count > 0 else { return }
            // A copy, so that a retry comes from another place.
            let part = Array(self.content[self.sent..<(self.sent + count)])
            switch self.from.write(part.span.bytes) {
            case .bytes(let taken):
                self.sent += taken
                self.offered = count - taken
            case .wouldBlock, .wantsRead: self.offered = count
            case .failed(let reason): throw Broken(reason: reason)
            }
        }

        mutating func read(atMost limit: Int) throws {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limit, alignment: 1)
            defer { buffer.deallocate() }
            switch self.to.read(into: buffer) {
            case .bytes(let count): self.received += buffer[..<count]
            case .wouldBlock, .wantsWrite: break
            case .closed: throw Broken(reason: "closed")
            case .failed(let reason): throw Broken(reason: reason)
            }
        }
    }

    private struct Broken: Error {
        let reason: String
    }
}

/// A generator whose numbers follow from its seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: self.next()) } }
}

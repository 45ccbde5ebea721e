import Glibc
import Synchronization
import Testing

@testable import Sockets

@Suite("Stream sockets")
struct StreamSocketTests {
    private static func pattern(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    }

    @Test("What the kernel doesn't take waits, and everything arrives in order with back-pressure told both ways")
    func partialWrites() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try fixture.pair("a")
        let bytes = Self.pattern(8_000_000)
        _ = fixture.thread.call { state in
            let socket = state.owners[0].socket
            for start in stride(from: 0, to: bytes.count, by: 50_000) {
                socket.send(bytes.octets.extracting(start..<min(start + 50_000, bytes.count)))
            }
            #expect(!socket.isWritable)
            #expect(socket.pendingBytes > StreamSocket.highWatermark)
        }.wait()
        #expect(try peer.receive(count: bytes.count) == bytes)
        try fixture.awaitNote("a", "drained")
        #expect(fixture.what("a") == ["opened", "full", "writable", "drained"])
        #expect(fixture.thread.call { $0.owners[0].socket.pendingBytes }.wait() == 0)
    }

    @Test(
        "A head and a body of any size arrive as one stream, also behind what waits",
        arguments: [0, 1, 8_191, 8_192, 8_193, 100_000, 3_000_000]
    )
    func twoParts(size: Int) throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try fixture.pair("a")
        let body = Self.pattern(size)
        let head = Array("head ".utf8)
        fixture.thread.post { state in
            for _ in 1...3 {
                state.owners[0].socket.send(reserving: 5, before: body.octets) { output in
                    for octet in head { output.append(octet) }
                }
            }
        }
        for _ in 1...3 { #expect(try peer.receive(count: size + 5) == head + body) }
    }

    @Test("A message longer than the loop's own memory is put together all the same")
    func longHead() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try fixture.pair("a")
        fixture.thread.post { state in
            state.owners[0].socket.send(reserving: 300_000) { output in
                for number in 0..<300_000 { output.append(UInt8(truncatingIfNeeded: number)) }
            }
        }
        #expect(try peer.receive(count: 300_000) == (0..<300_000).map { UInt8(truncatingIfNeeded: $0) })
    }

    @Test("While reading is off nothing is told; what came meanwhile comes when it is on again")
    func pausedReading() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try fixture.pair("a") { $0.socket.setReading(false) }
        try peer.send("hello")
        _ = fixture.thread.call { _ in }.wait()
        #expect(fixture.what("a") == ["opened"])
        fixture.thread.post { $0.owners[0].socket.setReading(true) }
        try fixture.awaitNote("a", "received 5")
    }

    @Test("A peer that leaves while nothing is read is noticed at once where that is asked for")
    func unreadClose() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try fixture.pair("a") {
            $0.socket.noticesCloseUnread = true
            $0.socket.setReading(false)
        }
        try peer.send("hello")
        peer.close()
        try fixture.awaitNote("a", "ended")
    }

    @Test(
        "Otherwise its last bytes and its end wait until they are read, also behind a reset",
        arguments: [false, true]
    )
    func keptClose(isReset: Bool) throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try fixture.pair("a") { $0.socket.setReading(false) }
        try peer.send("hello")
        if isReset { peer.resetOnClose() }
        peer.close()
        _ = fixture.thread.call { _ in }.wait()
        #expect(fixture.what("a") == ["opened"])
        fixture.thread.post { $0.owners[0].socket.setReading(true) }
        try fixture.awaitNote("a", isReset ? "failed \(ECONNRESET)" : "ended")
        if !isReset { #expect(fixture.what("a") == ["opened", "received 5", "ended"]) }
    }

    @Test("A connection that is broken off is told as a failure; one that is reset is broken off for the peer")
    func resets() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try fixture.pair("a")
        peer.resetOnClose()
        peer.close()
        try fixture.awaitNote("a", "failed \(ECONNRESET)")

        let other = try fixture.pair("b")
        fixture.thread.post { $0.owners[1].socket.reset() }
        #expect(try other.isReset())
        try fixture.awaitNote("b", "closed")
        let third = try fixture.pair("c")
        fixture.thread.post { $0.owners[2].socket.close() }
        #expect(try !third.isReset())
    }

    @Test("Where half a close is allowed, the peer's end leaves the answer its way")
    func halfClose() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try fixture.pair("a") { owner in
            owner.socket.allowsHalfClose = true
            owner.onInputEnded = { owner in
                let answer = Array("answer".utf8)
                owner.socket.send(answer.octets)
                owner.socket.endOutput()
            }
        }
        try peer.send("ask")
        peer.endOutput()
        #expect(try peer.receive(count: 6) == Array("answer".utf8))
        #expect(try peer.receive().isEmpty)
        try fixture.awaitNote("a", "ended")
        #expect(fixture.what("a") == ["opened", "received 3", "inputEnded", "ended"])
    }

    @Test("Ending the output leaves the input open")
    func endedOutput() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try fixture.pair("a")
        fixture.thread.post { $0.owners[0].socket.endOutput() }
        #expect(try peer.receive().isEmpty)
        try peer.send("still here")
        try fixture.awaitNote("a", "received 10")
        peer.close()
        try fixture.awaitNote("a", "ended")
    }

    @Test("What the peer sent before it broke off can still be read after sending has failed")
    func earlyAnswer() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try fixture.pair("a") { $0.socket.setReading(false) }
        let bytes = Self.pattern(1_000)
        try peer.send("413")
        peer.close()
        // The first one is answered with a reset, those behind it fail.
        for _ in 1...3 { _ = fixture.thread.call { $0.owners[0].socket.send(bytes.octets) }.wait() }
        fixture.thread.post { $0.owners[0].socket.setReading(true) }
        try eventually("it is closed") { fixture.what("a").last?.hasPrefix("failed") == true }
        #expect(fixture.thread.call { $0.owners[0].socket.pendingBytes }.wait() == 0)
    }

    @Test("An event of a connection that was closed in the same round reaches nobody, and not its successor either")
    func staleEvents() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let notes = fixture.notes
        let (spare, sparePeer) = try PlainPeer.pair()
        let isTaken = Shared(false)
        let names = ["a", "b"]
        let peers = try names.map { try fixture.pair($0) }
        _ = fixture.thread.call { state in
            for (index, owner) in state.owners.enumerated() {
                owner.onReceived = { [unowned state] _, _ in
                    if isTaken.get() { return }
                    isTaken.change { $0 = true }
                    state.owners[1 - index].socket.close()
                    state.adopt(spare, "successor", notes)
                }
            }
        }.wait()
        let gate = Shared(false)
        fixture.thread.post { _ in while !gate.get() { usleep(500) } }
        for peer in peers { try peer.send("x") }  // Both are there when the loop looks next.
        gate.change { $0 = true }
        try eventually("one is closed") { notes.get().contains { $0.what == "closed" } }
        try sparePeer.send("yes")
        try fixture.awaitNote("successor", "received 3")
        #expect(fixture.what("successor") == ["opened", "received 3"])
        #expect(notes.get().count { $0.what == "received 1" } == 1)
    }
}

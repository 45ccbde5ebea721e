import Glibc
import Testing

@testable import Sockets

@Suite("Stream sockets with a secure session")
struct SecuredStreamTests {
    /// A socket whose session has yet to shake hands: the peer speaks first.
    private func pair(
        _ fixture: LoopFixture,
        handshake: [SecureHandshake] = [.wantsRead],
        _ configure: @escaping @Sendable (NotingOwner, MaskingSession) -> Void = { _, _ in }
    ) throws -> PlainPeer {
        try fixture.pair("a") { owner in
            let session = MaskingSession(owner.socket.descriptor, handshake: handshake)
            owner.socket.session = session
            owner.socket.keepsLittle()
            configure(owner, session)
        }
    }

    /// A socket whose session has shaken hands.
    private func openPair(
        _ fixture: LoopFixture,
        _ configure: @escaping @Sendable (NotingOwner, MaskingSession) -> Void = { _, _ in }
    ) throws -> PlainPeer {
        let others = fixture.what("a").count { $0 == "opened" }
        let peer = try self.pair(fixture, configure)
        try peer.send([1])
        try eventually("it is open") { fixture.what("a").count { $0 == "opened" } == others + 1 }
        return peer
    }

    private func masked(_ text: String) -> [UInt8] { MaskingSession.masked(Array(text.utf8)) }

    @Test(
        "Nothing is open before the handshake has ended, whatever it waits for",
        arguments: [[SecureHandshake.wantsRead], [.wantsWrite, .wantsRead], [.wantsRead, .wantsWrite, .wantsRead]]
    )
    func handshake(waits: [SecureHandshake]) throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try self.pair(fixture, handshake: waits)
        _ = fixture.thread.call { _ in }.wait()
        #expect(fixture.what("a") == [])
        for _ in waits.filter({ $0 == .wantsRead }) {
            #expect(fixture.what("a") == [])
            try peer.send([1])
            // An octet of its own: what comes behind is content.
            try eventually("it was taken") { fixture.thread.call { $0.owners[0].socket.hasInput }.wait() == false }
        }
        try fixture.awaitNote("a", "opened")
        try peer.send(self.masked("hello"))
        try fixture.awaitNote("a", "received 5")
    }

    @Test("What arrives together with the end of the handshake is handed out without anything more arriving")
    func contentBehindHandshake() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try self.pair(fixture, handshake: [.wantsRead])
        try peer.send([1] + self.masked("hello"))
        try fixture.awaitNote("a", "received 5")
        #expect(fixture.what("a") == ["opened", "received 5"])
    }

    @Test("A handshake that fails is the end, with its reason and without an opening")
    func failedHandshake() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try self.pair(fixture, handshake: [.wantsRead])
        try peer.send([MaskingSession.closeMark])
        try fixture.awaitNote("a", "insecure the peer doesn't want to")
        #expect(fixture.what("a").count == 1)
    }

    @Test("What the session has in store is handed out although the kernel has nothing more to tell")
    func bufferedInput() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try self.openPair(fixture) { _, session in session.limit = 10 }
        try peer.send(self.masked(String(repeating: "x", count: 200)))
        try eventually("everything has come") { fixture.what("a").count { $0 == "received 10" } == 20 }
    }

    @Test("Content that was in store while reading was off comes when it is on again")
    func pausedReading() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try self.openPair(fixture) { owner, session in
            session.limit = 10
            owner.onReceived = { owner, _ in owner.socket.setReading(false) }
        }
        try peer.send(self.masked(String(repeating: "x", count: 30)))
        for round in 1...3 {
            try eventually("part \(round)") { fixture.what("a").count { $0 == "received 10" } == round }
            _ = fixture.thread.call { _ in }.wait()
            #expect(fixture.what("a").count == round + 1)
            fixture.thread.post { $0.owners[0].socket.setReading(true) }
        }
    }

    @Test("A read that must write first goes on when it can, also behind output that waits")
    func readAwaitsOutput() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try self.openPair(fixture) { _, session in session.readAwaitsOutput = true }
        try peer.send(self.masked("hello"))
        try fixture.awaitNote("a", "received 5")
        // Then nothing but input is waited for: an idle connection must not keep the loop busy.
        #expect(fixture.thread.call { $0.owners[0].socket.awaitsWritable }.wait() == false)
        let bytes = [UInt8](repeating: 7, count: 1_000_000)
        _ = fixture.thread.call { state in
            (state.owners[0].socket.session as? MaskingSession)?.readAwaitsOutput = true
            state.owners[0].socket.send(bytes.octets)
        }.wait()
        try peer.send(self.masked("again"))
        #expect(try peer.receive(count: bytes.count) == MaskingSession.masked(bytes))
        try eventually("the second one has come") { fixture.what("a").count { $0 == "received 5" } == 2 }
    }

    @Test("A write that must read first waits, and goes on with what the peer sends", arguments: [true, false])
    func writeAwaitsInput(isReading: Bool) throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try self.openPair(fixture) { owner, session in
            session.writeAwaitsInput = true
            owner.socket.setReading(isReading)
        }
        let answer = Array("answer".utf8)
        let pending = fixture.thread.call { state in
            state.owners[0].socket.send(answer.octets)
            return state.owners[0].socket.pendingBytes
        }.wait()
        #expect(pending == 6)
        try peer.send([1])
        #expect(try peer.receive(count: 6) == self.masked("answer"))
        try fixture.awaitNote("a", "drained")
        #expect(fixture.thread.call { $0.owners[0].socket.pendingBytes }.wait() == 0)
    }

    @Test("More than the kernel takes goes out in order, piece by piece")
    func partialWrites() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try self.openPair(fixture)
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) & 0x7F }
        let head = Array("head ".utf8)
        _ = fixture.thread.call { state in
            state.owners[0].socket.send(reserving: 5, before: bytes.octets) { output in
                for octet in head { output.append(octet) }
            }
        }.wait()
        #expect(try peer.receive(count: bytes.count + 5) == MaskingSession.masked(head + bytes))
        try fixture.awaitNote("a", "drained")
    }

    @Test("The peer's last word is an orderly end; a stream that ends without it was cut", arguments: [true, false])
    func truncation(saysGoodbye: Bool) throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let peer = try self.openPair(fixture)
        try peer.send(self.masked("hello"))
        try fixture.awaitNote("a", "received 5")
        if saysGoodbye { try peer.send([MaskingSession.closeMark]) }
        peer.close()
        try fixture.awaitNote("a", saysGoodbye ? "ended" : "insecure the stream was cut")
        #expect(fixture.what("a").count == 3)
    }

    @Test("An orderly end of this side is told to the peer, a reset is not")
    func goodbye() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let closed = try self.openPair(fixture)
        fixture.thread.post { $0.owners[0].socket.close() }
        #expect(try closed.receive() == [MaskingSession.closeMark])
        let ended = try self.openPair(fixture)
        fixture.thread.post { state in
            state.owners[1].socket.endOutput()
            state.owners[1].socket.close()
        }
        #expect(try ended.receive() == [MaskingSession.closeMark])
        #expect(try ended.receive().isEmpty)
        let reset = try self.openPair(fixture)
        fixture.thread.post { $0.owners[2].socket.reset() }
        #expect(try reset.isReset())
    }
}

extension StreamSocket {
    /// Something waits to be read.
    fileprivate var hasInput: Bool {
        var octet: UInt8 = 0
        return recv(self.descriptor, &octet, 1, Int32(MSG_PEEK)) > 0
    }

    /// Has the kernel take no more than some ten thousand bytes that the peer hasn't read.
    fileprivate func keepsLittle() {
        var size: CInt = 16_384
        setsockopt(self.descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<CInt>.size))
    }
}

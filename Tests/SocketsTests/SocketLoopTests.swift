import Dispatch
import Glibc
import Synchronization
import Testing

@testable import Sockets

@Suite("Socket loops")
struct SocketLoopTests {
    @Test("Jobs from many threads all run, those of one thread in their order")
    func jobs() throws {
        let fixture = try LoopFixture()
        let seen = Shared<[[Int]]>(Array(repeating: [], count: 4))
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for number in 0..<1_000 { fixture.thread.post { _ in seen.change { $0[thread].append(number) } } }
        }
        fixture.thread.stop()
        #expect(seen.get() == Array(repeating: Array(0..<1_000), count: 4))
    }

    @Test("A loop that has ended refuses jobs, and nobody waits for it")
    func ended() throws {
        let fixture = try LoopFixture()
        let peer = try fixture.pair("a")
        fixture.thread.stop()
        #expect(!fixture.thread.post { _ in })
        #expect(fixture.thread.call { _ in 1 }.wait() == nil)
        #expect(try peer.receive().isEmpty)
        #expect(fixture.what("a") == ["opened", "closed"])
    }

    @Test("Ticks come again and again, and move the loop's time")
    func ticks() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let times = Shared<[Int64]>([])
        fixture.thread.post { state in
            state.loop.ticked = { [unowned state] in times.change { $0.append(state.loop.tickTime) } }
        }
        try eventually("three ticks") { times.get().count >= 3 }
        let seen = times.get()
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("A loop that can't be prepared is an error, and leaves no thread")
    func preparation() {
        struct Refusal: Error {}
        #expect(throws: Refusal.self) { try LoopThread<LoopState>(name: "test") { _ in throw Refusal() } }
    }
}

@Suite("Listening and connecting")
struct ListenerTests {
    private func loopback(_ port: UInt16 = 0) throws -> SocketAddress {
        try #require(SocketAddress(ipAddress: "127.0.0.1", port: port))
    }

    @Test("Connections are accepted, with the client's address")
    func accepting() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let address = try fixture.listenOnLoopback()
        let peers = try (1...100).map { _ in try PlainPeer(port: address.port) }
        try eventually("all are accepted") { fixture.what("accepted").count == 100 }
        let addresses = fixture.thread.call { $0.owners.map(\.socket.remoteAddress?.ipAddress) }.wait()
        #expect(addresses == Array(repeating: "127.0.0.1", count: 100))
        for peer in peers { peer.close() }
        try eventually("all have ended") { fixture.what("accepted").count { $0 == "ended" } == 100 }
    }

    @Test("Clients that have connected when the listener closes are not lost")
    func closing() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let address = try fixture.listenOnLoopback()
        // The loop is busy with this, so nothing is accepted meanwhile.
        let connected = fixture.thread.call { state -> Result<[CInt], any Error> in
            Result {
                let peers = try (1...100).map { _ in try PlainPeer(port: address.port) }
                state.listener?.acceptWaiting()
                state.listener?.close()
                return peers.map { dup($0.descriptor) }
            }
        }.wait()
        let descriptors = try #require(connected).get()
        try eventually("all are accepted") { fixture.what("accepted").count { $0 == "opened" } == 100 }
        for descriptor in descriptors { close(descriptor) }
        try eventually("all have ended") { fixture.what("accepted").count { $0 == "ended" } == 100 }
    }

    @Test("Without descriptors the listener rests until a tick, says so once, and goes on")
    func shortage() throws {
        let fixture = try LoopFixture(tickMilliseconds: 50)
        defer { fixture.thread.stop() }
        let address = try fixture.listenOnLoopback()
        _ = fixture.thread.call { state in
            #expect(state.listener?.goesOn(after: SocketError(.accept, EMFILE)) == false)
            #expect(state.listener?.goesOn(after: SocketError(.accept, EMFILE)) == false)
        }.wait()
        let peer = try PlainPeer(port: address.port)
        try fixture.awaitNote("accepted", "opened")
        #expect(fixture.what("listener") == ["paused \(EMFILE)"])
        _ = fixture.thread.call { #expect($0.listener?.goesOn(after: SocketError(.accept, ECONNABORTED)) == true) }
            .wait()
        peer.close()
    }

    @Test("A listener that is broken closes and says so")
    func broken() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let address = try fixture.listenOnLoopback()
        _ = fixture.thread.call { #expect($0.listener?.goesOn(after: SocketError(.accept, EINVAL)) == false) }.wait()
        #expect(fixture.what("listener") == ["failed \(EINVAL)"])
        #expect(throws: PlainPeer.Failure.self) { try PlainPeer(port: address.port) }
    }

    @Test("An address that is taken is an error")
    func taken() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let address = try fixture.listenOnLoopback()
        #expect(throws: SocketError(.listen, EADDRINUSE)) { try fixture.listen(at: address) }
    }

    @Test("A unix-domain socket is listened at and connected like any other")
    func unixDomain() throws {
        let path = "/tmp/serin-sockets-\(UInt32.random(in: 0 ... .max))"
        defer { unlink(path) }
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let place = try #require(SocketAddress(unixPath: path))
        let address = try fixture.listen(at: place)
        #expect(address.description == path)
        let notes = fixture.notes
        fixture.thread.post { state in
            state.loop.connect(to: [address], timeoutMicroseconds: 1_000_000) { [unowned state] result in
                guard case .success(let socket) = result else { return }
                let owner = NotingOwner("client", socket, notes)
                state.owners.append(owner)
                socket.start(owner)
                let bytes = Array("over the path".utf8)
                socket.send(bytes.octets)
            }
        }
        try fixture.awaitNote("accepted", "received 13")
    }

    @Test("Of several addresses the first that takes the connection gets it")
    func severalAddresses() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let dead = try fixture.listenOnLoopback()
        _ = fixture.thread.call { $0.listener?.close() }.wait()
        let alive = try fixture.listenOnLoopback()
        let notes = fixture.notes
        fixture.thread.post { state in
            state.loop.connect(to: [dead, alive], timeoutMicroseconds: 1_000_000) { [unowned state] result in
                guard case .success(let socket) = result else { return }
                #expect(socket.remoteAddress == alive)
                let owner = NotingOwner("client", socket, notes)
                state.owners.append(owner)
                socket.start(owner)
            }
        }
        try fixture.awaitNote("client", "opened")
        try fixture.awaitNote("accepted", "opened")
    }

    @Test("When none takes it, each one's reason is told, after the call")
    func noneConnected() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let dead = try fixture.listenOnLoopback()
        _ = fixture.thread.call { $0.listener?.close() }.wait()
        let failure = Shared<ConnectError?>(nil)
        fixture.thread.post { state in
            state.loop.connect(to: [dead, dead], timeoutMicroseconds: 1_000_000) { result in
                if case .failure(let error) = result { failure.change { $0 = error } }
            }
            #expect(failure.get() == nil)
        }
        let refused = SocketError(.connect, ECONNREFUSED)
        try eventually("it has failed") { failure.get() == .unreachable([refused, refused]) }
    }

    @Test("A server that doesn't take connections is given up in time")
    func timeout() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        // A listener whose short queue is full drops what comes: the kernel of the client asks again and again.
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var (storage, length) = try self.loopback().storage
        let isListening = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && Glibc.listen(descriptor, 0) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(isListening)
        let address = try #require(SocketAddress(storage, length: length))
        let results = Shared<[ConnectError]>([])
        fixture.thread.post { state in
            for _ in 1...6 {
                state.loop.connect(to: [address], timeoutMicroseconds: 100_000) { [unowned state] result in
                    switch result {
                    case .success(let socket): state.owners.append(NotingOwner("client", socket, Shared([])))
                    case .failure(let error): results.change { $0.append(error) }
                    }
                }
            }
        }
        try eventually("some have timed out") {
            results.get().contains(.unreachable([SocketError(.connect, ETIMEDOUT)]))
        }
    }
}

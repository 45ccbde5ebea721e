import Glibc
import Synchronization
import Testing

@testable import Sockets

/// A value that several threads see.
final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func get() -> Value { self.value.withLock { $0 } }
    func change(_ body: (inout Value) -> Void) { self.value.withLock { body(&$0) } }
}

/// Asks again and again until `condition` holds; for what happens in another thread.
func eventually(_ what: String, seconds: Double = 5, _ condition: () throws -> Bool) throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try !condition() {
        guard ContinuousClock.now < end else {
            throw PlainPeer.Failure(description: "not within \(seconds) s: \(what)")
        }
        usleep(1_000)
    }
}

/// What happened on sockets, in order; a test reads it from outside.
struct Happening: Equatable, Sendable, CustomStringConvertible {
    var name: String
    var what: String

    init(_ name: String, _ what: String) {
        self.name = name
        self.what = what
    }

    var description: String { "\(self.name) \(self.what)" }
}

/// Notes what a socket tells, and does what a test wants with its bytes.
final class NotingOwner: StreamOwner {
    let name: String
    let notes: Shared<[Happening]>
    let socket: StreamSocket
    var onReceived: (NotingOwner, [UInt8]) -> Void = { _, _ in }
    var onInputEnded: (NotingOwner) -> Void = { _ in }

    init(_ name: String, _ socket: StreamSocket, _ notes: Shared<[Happening]>) {
        self.name = name
        self.socket = socket
        self.notes = notes
    }

    private func note(_ what: String) { self.notes.change { $0.append(Happening(self.name, what)) } }

    func opened() { self.note("opened") }

    func received(_ bytes: RawSpan) {
        var copy: [UInt8] = []
        copy.append(contentsOf: bytes)
        self.note("received \(copy.count)")
        self.onReceived(self, copy)
    }

    func writabilityChanged() { self.note(self.socket.isWritable ? "writable" : "full") }
    func drained() { self.note("drained") }

    func inputEnded() {
        self.note("inputEnded")
        self.onInputEnded(self)
    }

    func closed(_ end: StreamEnd) {
        switch end {
        case .own: self.note("closed")
        case .ended: self.note("ended")
        case .failed(let error): self.note("failed \(error.code)")
        case .insecure(let reason): self.note("insecure \(reason)")
        }
    }
}

/// What a test keeps on its loop.
final class LoopState {
    let loop: SocketLoop
    var owners: [NotingOwner] = []
    var listener: Listener?

    init(_ loop: SocketLoop) { self.loop = loop }

    /// Makes a socket of one end of a pair, and notes what happens to it.
    @discardableResult
    func adopt(
        _ descriptor: CInt,
        _ name: String,
        _ notes: Shared<[Happening]>,
        _ configure: (NotingOwner) -> Void = { _ in }
    ) -> NotingOwner? {
        guard let socket = try? self.loop.adopt(descriptor: descriptor) else { return nil }
        let owner = NotingOwner(name, socket, notes)
        configure(owner)
        self.owners.append(owner)
        socket.start(owner)
        return owner
    }
}

/// A loop for the length of one test.
struct LoopFixture {
    let thread: LoopThread<LoopState>
    let notes = Shared<[Happening]>([])

    init(tickMilliseconds: Int = 10) throws {
        self.thread = try LoopThread(name: "test", tickMilliseconds: tickMilliseconds) { LoopState($0) }
    }

    func awaitNote(_ name: String, _ what: String) throws {
        do {
            try eventually("\(name) \(what)") { self.notes.get().contains(Happening(name, what)) }
        } catch {
            throw PlainPeer.Failure(description: "\(error); there is \(self.notes.get().suffix(20))")
        }
    }

    func what(_ name: String) -> [String] { self.notes.get().filter { $0.name == name }.map(\.what) }

    /// A connected pair: one end on the loop, the other one the test's.
    func pair(_ name: String, _ configure: @escaping @Sendable (NotingOwner) -> Void = { _ in }) throws -> PlainPeer {
        let (own, peer) = try PlainPeer.pair()
        let notes = self.notes
        _ = self.thread.call { _ = $0.adopt(own, name, notes, configure) }.wait()
        return peer
    }

    /// Listens on the fixture's loop; what is accepted is named `accepted`.
    func listen(at address: SocketAddress) throws -> SocketAddress {
        let notes = self.notes
        let result = self.thread.call { state -> Result<SocketAddress?, SocketError> in
            do throws(SocketError) {
                let loop = state.loop
                let listener = try Listener.listen(at: address, on: loop) { [unowned state] event in
                    switch event {
                    case .accepted(let accepted):
                        guard let socket = loop.open(accepted) else { return }
                        let owner = NotingOwner("accepted", socket, notes)
                        state.owners.append(owner)
                        socket.start(owner)
                    case .paused(let error): notes.change { $0.append(Happening("listener", "paused \(error.code)")) }
                    case .failed(let error): notes.change { $0.append(Happening("listener", "failed \(error.code)")) }
                    }
                }
                state.listener = listener
                return .success(listener.localAddress)
            } catch {
                return .failure(error)
            }
        }.wait()
        let address = try #require(result).get()
        return try #require(address)
    }

    func listenOnLoopback() throws -> SocketAddress {
        try self.listen(at: #require(SocketAddress(ipAddress: "127.0.0.1", port: 0)))
    }
}

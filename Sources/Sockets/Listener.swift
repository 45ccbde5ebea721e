import CSockets
import Glibc

/// A connection that a listener has accepted; whoever gets it opens it on a loop or closes it.
package struct AcceptedSocket: Sendable {
    let descriptor: CInt
    /// nil for a unix-domain client.
    package let remoteAddress: SocketAddress?

    /// Gives it up at once.
    package func close() { cs_close(self.descriptor) }
}

/// Takes connections at one address and hands them on. Confined to the loop that watches it.
package final class Listener: EventSource, LoopTicker {
    /// What the one who made it wants to know.
    package enum Event {
        case accepted(AcceptedSocket)
        /// The system has nothing left to accept with; tried again with each tick. Told once until it goes well again.
        case paused(SocketError)
        /// It can't accept any more and has closed.
        case failed(SocketError)
    }

    private let loop: SocketLoop
    private let told: (Event) -> Void
    private var descriptor: CInt
    private var registration: SocketLoop.Registration?
    /// Not watched until the next tick.
    private var isPaused = false
    private var pauseIsTold = false

    /// Connections accepted before others have their turn.
    private static let acceptLimit = 64
    private static let fatal: Set<CInt> = [EBADF, EINVAL, ENOTSOCK, EFAULT, EOPNOTSUPP]

    /// Listens at `address`; a unix-domain path must not exist yet.
    package static func listen(
        at address: SocketAddress,
        backlog: CInt = 4_096,
        on loop: SocketLoop,
        told: @escaping (Event) -> Void
    ) throws(SocketError) -> Listener {
        let descriptor = cs_stream_socket(address.family)
        guard descriptor >= 0 else { throw SocketError(.socket, -descriptor) }
        var (storage, length) = address.storage
        let result = cs_listen(descriptor, &storage, length, backlog)
        guard result == 0 else {
            cs_close(descriptor)
            throw SocketError(.listen, -result)
        }
        return try Listener(descriptor, on: loop, told: told)
    }

    /// Goes on with a descriptor that listens already; it is the listener's from now on.
    package static func adopt(
        descriptor: CInt,
        on loop: SocketLoop,
        told: @escaping (Event) -> Void
    ) throws(SocketError) -> Listener {
        let result = cs_set_nonblocking(descriptor)
        guard result == 0 else { throw SocketError(.adopt, -result) }
        return try Listener(descriptor, on: loop, told: told)
    }

    private init(
        _ descriptor: CInt,
        on loop: SocketLoop,
        told: @escaping (Event) -> Void
    ) throws(SocketError) {
        self.loop = loop
        self.told = told
        self.descriptor = descriptor
        do {
            self.registration = try loop.watch(descriptor, cs_readable, self)
        } catch {
            cs_close(descriptor)
            throw error
        }
    }

    package var localAddress: SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t()
        guard cs_local_address(self.descriptor, &storage, &length) == 0 else { return nil }
        return SocketAddress(storage, length: length)
    }

    package func close() {
        guard let registration = self.registration else { return }
        self.registration = nil
        self.loop.remove(self)
        self.loop.forget(registration)
        cs_close(self.descriptor)
        self.descriptor = -1
    }

    /// Accepts all that have connected so far.
    package func acceptWaiting() {
        while self.acceptOne() {}
    }

    func handle(_ kinds: UInt32) {
        for _ in 0..<Self.acceptLimit where !self.acceptOne() { return }
    }

    /// - Returns: false when there is nothing to be accepted for the moment, or for ever.
    private func acceptOne() -> Bool {
        guard self.registration != nil else { return false }
        var storage = sockaddr_storage()
        var length = socklen_t()
        let accepted = cs_accept(self.descriptor, &storage, &length)
        if accepted == -EAGAIN { return false }
        guard accepted >= 0 else { return self.goesOn(after: SocketError(.accept, -accepted)) }
        self.pauseIsTold = false
        let address = SocketAddress(storage, length: length)
        self.told(.accepted(AcceptedSocket(descriptor: accepted, remoteAddress: address)))
        return true
    }

    /// - Returns: false when there is nothing to be accepted for the moment, or for ever.
    func goesOn(after error: SocketError) -> Bool {
        if error.isShortage {
            // It stays readable all the while: watched, it would keep the loop busy with nothing.
            self.loop.suspend(self.descriptor)
            self.loop.add(self)
            self.isPaused = true
            if !self.pauseIsTold {
                self.pauseIsTold = true
                self.told(.paused(error))
            }
            return false
        }
        if Self.fatal.contains(error.code) {
            self.close()
            self.told(.failed(error))
            return false
        }
        return true  // The connection that was to be accepted has already failed.
    }

    func tick() {
        guard self.isPaused, let registration = self.registration else { return }
        guard self.loop.resume(registration, self.descriptor, cs_readable) else { return }
        self.isPaused = false
        self.loop.remove(self)
    }
}

extension SocketLoop {
    /// Makes a connection of this loop of what a listener of any loop has accepted; `start` it then.
    ///
    /// - Parameter acceptor: Makes what protects the bytes; nil for a plain connection.
    /// - Returns: nil when there is no memory for a secure session; the connection is closed then.
    package func open(_ accepted: AcceptedSocket, securedBy acceptor: (any SecureAcceptor)? = nil) -> StreamSocket? {
        if accepted.remoteAddress?.isUnix == false { cs_send_without_delay(accepted.descriptor) }
        let session = acceptor?.session(on: accepted.descriptor)
        if acceptor != nil, session == nil {
            accepted.close()
            return nil
        }
        return StreamSocket(
            accepted.descriptor,
            on: self,
            remoteAddress: accepted.remoteAddress,
            phase: .ready,
            session: session
        )
    }

    /// Makes a connection of this loop of a descriptor that is connected; it is the socket's from now on.
    package func adopt(descriptor: CInt) throws(SocketError) -> StreamSocket {
        let result = cs_set_nonblocking(descriptor)
        guard result == 0 else { throw SocketError(.adopt, -result) }
        var storage = sockaddr_storage()
        var length = socklen_t()
        let hasPeer = cs_peer_address(descriptor, &storage, &length) == 0
        return StreamSocket(
            descriptor,
            on: self,
            remoteAddress: hasPeer ? SocketAddress(storage, length: length) : nil,
            phase: .ready,
            session: nil
        )
    }
}

import CMicroHTTPD
import Dispatch
import Glibc
import Synchronization

/// Accepts clients and passes their bytes through a `RequestGate` to libmicrohttpd, on one thread of its own.
final class Relay: Sendable {
    fileprivate enum Order: Sendable {
        case serve
        /// Accept no more; serve those who are here.
        case stopAccepting
        /// libmicrohttpd has closed all: send the rest and end.
        case finish
    }

    private let order = Mutex(Order.serve)
    private let listenerClosed = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let wakeUp: CInt

    init(
        _ configuration: HTTPServer.Configuration,
        socket: ListeningSocket,
        daemon: Daemon
    ) throws(HTTPServerError) {
        let wakeUp = eventfd(0, CInt(EFD_NONBLOCK) | CInt(EFD_CLOEXEC))
        let poller = epoll_create1(CInt(EPOLL_CLOEXEC))
        guard wakeUp >= 0, poller >= 0 else {
            throw .cannotStart(reason: String(cString: strerror(errno)))
        }
        self.wakeUp = wakeUp
        let listener = socket.descriptor
        Thread.start(name: "http-relay") { [self] in
            RelayLoop(configuration, poller: poller, listener: listener, wakeUp: wakeUp, daemon: daemon)
                .run(order: { order.withLock { $0 } }, listenerClosed: { listenerClosed.signal() })
            close(poller)
            ended.signal()
        }
    }

    deinit {
        close(wakeUp)
    }

    /// Returns when no connection can reach the daemon any more. Call it once.
    func stopAccepting() {
        tell(.stopAccepting)
        listenerClosed.wait()
    }

    /// Sends the rest and returns when the thread has ended; after the daemon has stopped. Call it once.
    func finish() {
        tell(.finish)
        ended.wait()
    }

    private func tell(_ order: Order) {
        self.order.withLock { $0 = order }
        eventfd_write(wakeUp, 1)
    }
}

/// The state of the relay's thread.
private final class RelayLoop {
    private static let listenerKey: UInt64 = 0
    private static let wakeUpKey: UInt64 = 1
    /// How long a client may take to read its last answer and to close.
    private static let patience: Duration = .seconds(5)
    /// How long a stopping server waits for a client to close that has been sent everything.
    private static let stoppingPatience: Duration = .milliseconds(200)
    /// The pause after a failed accept, e.g. when no file descriptor is free.
    private static let acceptPause: Duration = .milliseconds(100)
    /// Milliseconds between looks at the clock while something may expire.
    private static let tick: CInt = 100

    private let configuration: HTTPServer.Configuration
    private let poller: CInt
    private let wakeUp: CInt
    private let daemon: Daemon
    private var listener: CInt
    private var acceptsFrom: ContinuousClock.Instant?
    private var connections: [UInt64: RelayConnection] = [:]
    private var departing: [UInt64: ContinuousClock.Instant] = [:]
    private var connectionsByPeer: [String: Int] = [:]
    private var nextIdentifier: UInt64 = 1
    private var nextExpiry = ContinuousClock.now
    private var isFinishing = false
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 16)

    init(
        _ configuration: HTTPServer.Configuration,
        poller: CInt,
        listener: CInt,
        wakeUp: CInt,
        daemon: Daemon
    ) {
        self.configuration = configuration
        self.poller = poller
        self.listener = listener
        self.wakeUp = wakeUp
        self.daemon = daemon
        watch(listener, EPOLL_CTL_ADD, EPOLLIN.rawValue, key: Self.listenerKey)
        watch(wakeUp, EPOLL_CTL_ADD, EPOLLIN.rawValue, key: Self.wakeUpKey)
    }

    deinit {
        scratch.deallocate()
    }

    func run(order: () -> Relay.Order, listenerClosed: () -> Void) {
        var events = [epoll_event](repeating: epoll_event(), count: 256)
        while true {
            switch order() {
            case .serve: break
            case .stopAccepting:
                if closeListener() { listenerClosed() }
            case .finish:
                finish()
                if connections.isEmpty { return }
            }
            let needsTick = !connections.isEmpty || acceptsFrom != nil
            let count = epoll_wait(poller, &events, CInt(events.count), needsTick ? Self.tick : -1)
            for event in events.prefix(Int(max(count, 0))) { handle(event) }
            if needsTick { expire(at: .now) }
        }
    }

    private func handle(_ event: epoll_event) {
        switch event.data.u64 {
        case Self.listenerKey:
            accept()
        case Self.wakeUpKey:
            var value: eventfd_t = 0
            eventfd_read(wakeUp, &value)
        case let key:
            // The connection may have ended by another event of the same batch.
            guard let connection = connections[key >> 1], let side = RelayConnection.Side(rawValue: key & 1) else {
                return
            }
            connection.handle(event.events, on: side, scratch: scratch)
            settle(connection, key >> 1)
        }
    }

    private func settle(_ connection: RelayConnection, _ identifier: UInt64) {
        if connection.isDead {
            drop(connection, identifier)
            return
        }
        if connection.isServerClosed { limitDeparture(of: connection, identifier) }
        let wanted = connection.interests
        if wanted.client != connection.registered.client {
            watch(connection.client, EPOLL_CTL_MOD, wanted.client, key: identifier << 1)
        }
        if wanted.server != connection.registered.server, !connection.isServerClosed {
            watch(connection.server, EPOLL_CTL_MOD, wanted.server, key: identifier << 1 | 1)
        }
        connection.registered = wanted
    }

    // MARK: Coming and going

    private func accept() {
        guard listener >= 0 else { return }
        while true {
            var (address, client) = SocketAddress.filled { microhttpd_accept(listener, $0, $1) }
            guard client >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                if errno != EAGAIN { pauseAccepting() }
                return
            }
            if address.family == AF_UNIX {
                guard let peer = PeerCredentials(of: client) else {
                    close(client)
                    continue
                }
                address = SocketAddress(peer)
            }
            add(client, address)
        }
    }

    private func add(_ client: CInt, _ address: SocketAddress) {
        let peer = address.host
        guard connections.count < configuration.connectionLimit,
            connectionsByPeer[peer, default: 0] < configuration.perAddressLimit,
            let pair = Self.socketPair()
        else {
            close(client)
            return
        }
        var on: CInt = 1
        setsockopt(client, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
        let identifier = nextIdentifier
        nextIdentifier += 1
        let connection = RelayConnection(
            client: client,
            server: pair.ours,
            peer: peer,
            limits: configuration.requestLimits
        )
        connections[identifier] = connection
        connectionsByPeer[peer, default: 0] += 1
        connection.registered = connection.interests
        watch(client, EPOLL_CTL_ADD, connection.registered.client, key: identifier << 1)
        watch(pair.ours, EPOLL_CTL_ADD, connection.registered.server, key: identifier << 1 | 1)
        address.withPointer { daemon.add(pair.daemons, peer: $0, length: $1) }
    }

    private func drop(_ connection: RelayConnection, _ identifier: UInt64) {
        connection.closeServer()
        close(connection.client)
        connections[identifier] = nil
        departing[identifier] = nil
        connectionsByPeer[connection.peer, default: 1] -= 1
        if connectionsByPeer[connection.peer] == 0 { connectionsByPeer[connection.peer] = nil }
    }

    private func finish() {
        guard !isFinishing else { return }
        isFinishing = true
        for (identifier, connection) in connections { settle(connection, identifier) }
    }

    private func limitDeparture(of connection: RelayConnection, _ identifier: UInt64) {
        let isSent = isFinishing && connection.isLingering
        let deadline = ContinuousClock.now + (isSent ? Self.stoppingPatience : Self.patience)
        departing[identifier] = min(departing[identifier] ?? deadline, deadline)
    }

    private func expire(at now: ContinuousClock.Instant) {
        guard now >= nextExpiry else { return }
        nextExpiry = now + .milliseconds(Int(Self.tick))
        let oldest = now - .seconds(configuration.requestTimeoutSeconds)
        for (identifier, connection) in connections {
            let isLate = departing[identifier].map { $0 <= now } ?? connection.requestBegan.map { $0 <= oldest }
            if isLate == true { drop(connection, identifier) }
        }
        if let time = acceptsFrom, time <= now, listener >= 0 {
            acceptsFrom = nil
            watch(listener, EPOLL_CTL_MOD, EPOLLIN.rawValue, key: Self.listenerKey)
        }
    }

    private func pauseAccepting() {
        acceptsFrom = .now + Self.acceptPause
        watch(listener, EPOLL_CTL_MOD, 0, key: Self.listenerKey)
    }

    /// - Returns: `false` when it was closed before.
    private func closeListener() -> Bool {
        guard listener >= 0 else { return false }
        close(listener)
        listener = -1
        acceptsFrom = nil
        return true
    }

    private func watch(_ descriptor: CInt, _ operation: CInt, _ events: UInt32, key: UInt64) {
        var event = epoll_event(events: events, data: epoll_data_t(u64: key))
        epoll_ctl(poller, operation, descriptor, &event)
    }

    private static func socketPair() -> (ours: CInt, daemons: CInt)? {
        var pair: [CInt] = [-1, -1]
        let type = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &pair) == 0 else { return nil }
        return (pair[0], pair[1])
    }
}

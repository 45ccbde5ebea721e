import HTTPWire
import NIOCore
import ProxyCore
import RolloutCore

/// What the connections of one event loop share. Confined to that loop; nothing on a request's path is shared between loops.
final class TrafficLoop {
    let eventLoop: any EventLoop
    let configuration: GatewayConfiguration
    private(set) var current: LoopTable
    private var retired: [LoopTable] = []
    private var upstreams: [UpstreamURL: PooledUpstream] = [:]
    private var clients: [ClientConnection] = []
    private var connections: [UpstreamConnection?] = []
    private var freeHandles: [Int32] = []
    var random: FastRandom
    private var stamps: StampSource
    var tapFeed: TapFeed
    /// Filled anew for each head; valid until the next head is parsed.
    var requestHead = RequestHead()
    var responseHead = ResponseHead()
    /// The time of the last tick: good enough for limits of seconds.
    private(set) var tickTime: LoopTime
    private(set) var isDraining = false
    private let loopCount: Int
    private let clientLimit: Int
    private let inFlightLimit: Int
    private(set) var inFlight = 0

    /// - Parameters:
    ///   - stamps: Numbers that no other loop of the gateway gives.
    ///   - table: Routes until `apply` is called.
    init(
        eventLoop: any EventLoop,
        configuration: GatewayConfiguration,
        loopCount: Int,
        stamps: StampSource,
        table: RouteTable,
        tap: PayloadTap
    ) {
        self.eventLoop = eventLoop
        self.configuration = configuration
        self.loopCount = loopCount
        self.current = LoopTable(table, continuing: nil, upstreams: [], loopCount: loopCount)
        var seeds = SystemRandomNumberGenerator()
        self.random = FastRandom(seed: seeds.next())
        self.stamps = stamps
        self.tapFeed = TapFeed(tap, byteLimit: max(1, configuration.tap.capturedBytes / loopCount))
        self.clientLimit = max(1, configuration.limits.connections / loopCount)
        self.inFlightLimit = max(1, configuration.limits.inFlight / loopCount)
        self.tickTime = Self.now()
        self.stamps.synchronise(self.tickTime, with: .now())
    }

    static func now() -> LoopTime {
        LoopTime(microseconds: Int64(NIODeadline.now().uptimeNanoseconds / 1_000))
    }

    var isReady: Bool { self.current.table.snapshot.generation > 0 && !self.isDraining }
    var isOverloaded: Bool { self.inFlight >= self.inFlightLimit }
}

// MARK: - Routes and counters

extension TrafficLoop {
    /// Routes by `table` from the next request on.
    func apply(_ table: RouteTable) {
        let upstreams = table.upstreams.map { url in
            if let known = self.upstreams[url] { return known }
            let upstream = PooledUpstream(url, limits: self.configuration.upstreamPool)
            self.upstreams[url] = upstream
            return upstream
        }
        self.retired.append(self.current)
        self.current = LoopTable(
            table,
            continuing: self.current,
            upstreams: upstreams,
            loopCount: self.loopCount
        )
    }

    /// The stamp of a request that was drawn for `arm`.
    func stamp(_ arm: TableArm, at time: LoopTime) -> RequestStamp {
        self.stamps.next(cohort: arm.key.cohort, generation: arm.key.generation, at: time)
    }

    /// The id of a request that no route took.
    func unroutedID() -> RequestID {
        let stamp = self.stamps.next(cohort: .stable, generation: 0, at: Self.now())
        return RequestID(stamp, signedWith: self.current.table.stampKey)
    }

    func requestBegan(in table: LoopTable) {
        table.inFlight += 1
        self.inFlight += 1
    }

    func requestEnded(in table: LoopTable) {
        table.inFlight -= 1
        self.inFlight -= 1
    }

    /// Takes out what was counted since the last time, under every table that still has requests.
    func drainCounters() -> [TelemetryCell] {
        var cells = self.current.counters.drain()
        for table in self.retired { cells += table.counters.drain() }
        self.retired.removeAll { $0.inFlight == 0 }
        return cells + self.tapFeed.drain()
    }
}

// MARK: - Connections

extension TrafficLoop {
    /// - Returns: false when there are too many.
    func add(_ client: ClientConnection) -> Bool {
        client.registration = self.clients.count
        self.clients.append(client)
        return self.clients.count <= self.clientLimit
    }

    func remove(_ client: ClientConnection) {
        let last = self.clients.removeLast()
        if last !== client {
            self.clients[client.registration] = last
            last.registration = client.registration
        }
    }

    func add(_ connection: UpstreamConnection) -> ConnectionHandle {
        if let free = self.freeHandles.popLast() {
            self.connections[Int(free)] = connection
            return ConnectionHandle(free)
        }
        self.connections.append(connection)
        return ConnectionHandle(Int32(self.connections.count - 1))
    }

    func remove(_ handle: ConnectionHandle) {
        self.connections[Int(handle.number)] = nil
        self.freeHandles.append(handle.number)
    }

    var openConnectionCount: Int { self.connections.count - self.freeHandles.count }

    func connection(_ handle: ConnectionHandle) -> UpstreamConnection? { self.connections[Int(handle.number)] }

    /// Looks after every limit of time; called ten times a second.
    func tick() {
        self.tickTime = Self.now()
        self.stamps.synchronise(self.tickTime, with: .now())
        self.current.tickSamplers()
        self.tapFeed.handOver()
        // A connection may leave the list while its deadline is handled, which moves the last one to its place.
        for client in self.clients.reversed() where client.deadline <= self.tickTime { client.deadlinePassed() }
        for (url, upstream) in self.upstreams {
            for handle in upstream.pool.expire(now: self.tickTime) { self.connection(handle)?.close() }
            if upstream.pool.isEmpty, !self.isInUse(upstream) { self.upstreams[url] = nil }
        }
    }

    /// A table that routes, or that still has requests, may ask it for a connection.
    private func isInUse(_ upstream: PooledUpstream) -> Bool {
        self.current.upstreams.contains { $0 === upstream }
            || self.retired.contains { table in table.upstreams.contains { $0 === upstream } }
    }

    /// Closes what is idle and lets the rest finish its request.
    func drain() {
        self.isDraining = true
        for client in self.clients.reversed() { client.closeWhenIdle() }
    }

    var hasClients: Bool { !self.clients.isEmpty }

    func closeAll() {
        for client in self.clients.reversed() { client.cutOff() }
        for connection in self.connections { connection?.close() }
    }
}

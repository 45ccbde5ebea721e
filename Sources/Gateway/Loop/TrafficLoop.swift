import HTTPWire
import Logging
import ProxyCore
import RolloutCore
import Sockets

/// What the connections of one event loop share. Confined to that loop; nothing on a request's path is shared between loops.
final class TrafficLoop {
    let sockets: SocketLoop
    let names: LoopNames
    let configuration: GatewayConfiguration
    let limits: TimeLimits
    /// For what is rare: never on a request's way.
    let logger: Logger
    private(set) var current: LoopTable
    private(set) var retired: [LoopTable] = []
    var upstreams: [UpstreamKey: PooledUpstream] = [:]
    /// Of versions that have a limit of requests in flight, as long as a table may ask for them.
    var gates: [LoopMetrics.VersionKey: VersionGate] = [:]
    /// What the active probes have found out; the gateway's, not this loop's.
    let probeBoard: ProbeBoard
    /// What the gateway tells of itself; the gateway's, too.
    let metricsBoard: MetricsBoard
    /// Answers of the gateway itself to requests that no route took, by status.
    var unrouted: [Int: Int64] = [:]
    private var clients: [ClientConnection] = []
    private var connections: [UpstreamConnection?] = []
    private var freeHandles: [Int32] = []
    var random: FastRandom
    private var stamps: StampSource
    var tapFeed: TapFeed
    /// nil without an access log.
    var accessLog: AccessLogFeed?
    var rescues: LoopRescues
    let copies: LoopCopies
    var pinned = PinnedCounters()
    /// Filled anew for each head; valid until the next head is parsed.
    var requestHead = RequestHead()
    var responseHead = ResponseHead()
    let forwarding: ForwardingRules
    /// The kinds of clients' fields that are not passed on.
    let forwardingDrops: FieldKinds
    /// What every answer gets.
    let answerLines: [UInt8]
    /// What an answer of the gateway's own gets beside it: when it was made, to the second.
    var dateLine = ""
    /// The second of `dateLine`, since 1970.
    var ownAnswerSecond = 0
    /// The time of the last tick: good enough for limits of seconds.
    private(set) var tickTime: LoopTime
    private(set) var isDraining = false
    /// Microseconds that a client may be silent between two requests: fewer while the gateway is stopping.
    private(set) var idleLimit: Int64
    /// From 0, among the loops of the gateway.
    let number: Int
    let loopCount: Int
    /// Of the loop that listens.
    var listeners: [TrafficListener] = []
    private let clientLimit: Int
    private let inFlightLimit: Int
    private(set) var inFlight = 0

    /// - Parameters:
    ///   - names: Of `sockets`.
    ///   - stamps: Numbers that no other loop of the gateway gives.
    ///   - table: Routes until `apply` is called.
    init(
        sockets: SocketLoop,
        names: LoopNames,
        configuration: GatewayConfiguration,
        number: Int,
        loopCount: Int,
        stamps: StampSource,
        table: RouteTable,
        tap: PayloadTap,
        probeBoard: ProbeBoard,
        metricsBoard: MetricsBoard,
        logger: Logger
    ) {
        self.sockets = sockets
        self.names = names
        self.configuration = configuration
        self.limits = TimeLimits(configuration.timeouts)
        self.idleLimit = self.limits.keepAlive
        self.forwarding = configuration.forwarding.rules
        self.forwardingDrops = self.forwarding.drops
        self.answerLines = self.forwarding.answerLines
        self.logger = logger
        self.number = number
        self.probeBoard = probeBoard
        self.metricsBoard = metricsBoard
        self.loopCount = loopCount
        self.current = LoopTable(table, continuing: nil, upstreams: [], loopCount: loopCount)
        var seeds = SystemRandomNumberGenerator()
        self.random = FastRandom(seed: seeds.next())
        self.stamps = stamps
        self.tapFeed = TapFeed(tap, byteLimit: max(1, configuration.tap.capturedBytes / loopCount))
        self.rescues = LoopRescues(byteLimit: configuration.limits.rescueBytes / loopCount)
        self.copies = LoopCopies(limits: configuration.limits.copies)
        self.clientLimit = max(1, configuration.limits.connections / loopCount)
        self.inFlightLimit = max(1, configuration.limits.inFlight / loopCount)
        self.tickTime = Self.now()
        self.stamps.synchronise(self.tickTime, with: .now())
        self.tickDate()
    }

    static func now() -> LoopTime { LoopTime(microseconds: MonotonicClock.microseconds()) }

    var isReady: Bool { self.current.table.snapshot.generation > 0 && !self.isDraining }
    var isOverloaded: Bool { self.inFlight >= self.inFlightLimit }
    /// What isn't for a client has to wait.
    var isBusy: Bool { self.inFlight >= self.inFlightLimit / 2 }
}

// MARK: - Routes and counters

extension TrafficLoop {
    /// Routes by `table` from the next request on.
    ///
    /// - Parameter watches: By the table's index of a route.
    func apply(_ table: RouteTable, watches: [TripWatch?]) {
        let upstreams = self.upstreams(of: table)
        self.retired.append(self.current)
        self.current = LoopTable(
            table,
            continuing: self.current,
            upstreams: upstreams,
            gates: table.arms.map(self.gate),
            watches: watches,
            loopCount: self.loopCount
        )
    }

    /// The stamp of a request that was drawn for `arm`, or is pinned to its version.
    func stamp(_ arm: TableArm, isPinned: Bool, at time: LoopTime) -> RequestStamp {
        self.stamps.next(isPinned ? .pinned : .judged(arm.key.cohort), generation: arm.key.generation, at: time)
    }

    /// The time since 1970, as of the last tick.
    var wallTime: Timestamp { self.stamps.wallTime(of: self.tickTime) }

    func wallTime(of time: LoopTime) -> Timestamp { self.stamps.wallTime(of: time) }

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

    /// Shows the end of a request to whoever watches over its rollout.
    ///
    /// That a version can't be connected is shown once it is known whether stable can be: where neither can, nobody is to blame.
    func watch(_ outcome: Outcome, of request: ClientRequest, at end: LoopTime) {
        guard let watch = request.watch else { return }
        if outcome == .connectFailure {
            request.hasUnwatchedFailure = true
        } else {
            watch.count(outcome, of: request.chosenArm.key.cohort, on: self.number, at: end)
        }
    }

    /// Shows a failed connection that has waited for this.
    ///
    /// - Parameter stableIsUnreachable: The one to stable, which stood in for it, failed as well.
    func watchFailure(of request: ClientRequest, stableIsUnreachable: Bool = false) {
        guard request.hasUnwatchedFailure, let watch = request.watch else { return }
        request.hasUnwatchedFailure = false
        if stableIsUnreachable { watch.stableWasUnreachable(on: self.number) }
        watch.count(.connectFailure, of: request.chosenArm.key.cohort, on: self.number, at: Self.now())
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
    /// Serves a connection that was accepted for this loop.
    ///
    /// - Parameter acceptor: Secures it; nil leaves it plain.
    func accept(_ accepted: AcceptedSocket, securedBy acceptor: (any SecureAcceptor)?) {
        guard let socket = self.sockets.open(accepted, securedBy: acceptor) else { return }
        ClientConnection(socket, loop: self).start()
    }

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
        self.tickTime = LoopTime(microseconds: self.sockets.tickTime)
        self.stamps.synchronise(self.tickTime, with: .now())
        self.tickDate()
        self.current.tickSamplers()
        // The watches are the gateway's, not this loop's: one loop's ticks are enough.
        if self.number == 0 { for watch in self.current.watches { watch?.tick(at: self.tickTime) } }
        self.tapFeed.handOver()
        self.accessLog?.handOver()
        // A connection may leave the list while its deadline is handled, which moves the last one to its place.
        for client in self.clients.reversed() where client.deadline <= self.tickTime { client.deadlinePassed() }
        self.copies.tick(self)
        self.tickUpstreams()
    }

    /// Makes the next answer of each connection its last one, and waits no longer than this for those that are silent.
    func drain(_ idleLimit: Duration) {
        self.isDraining = true
        self.idleLimit = min(self.idleLimit, idleLimit.microseconds)
        for client in self.clients.reversed() { client.drain() }
    }

    var hasClients: Bool { !self.clients.isEmpty }
    var clientCount: Int { self.clients.count }

    func closeAll() {
        self.copies.stop()
        for client in self.clients.reversed() { client.cutOff() }
        for connection in self.connections { connection?.close() }
    }
}

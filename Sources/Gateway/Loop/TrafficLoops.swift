import Foundation
import Logging
import ProxyCore
import RolloutCore
import Sockets

/// All event loops of a gateway, as the other threads see them.
struct TrafficLoops: Sendable {
    let tap: PayloadTap
    let metricsBoard: MetricsBoard
    /// For snapshots that bring no key.
    private let stampKey: Salt
    let threads: [LoopThread<TrafficLoop>]
    private let logger: Logger

    init(
        configuration: GatewayConfiguration,
        accessLog: AccessLogQueue? = nil,
        resolver: Resolver = Resolver(),
        logger: Logger
    ) throws {
        let count = max(1, configuration.loopCount ?? ProcessInfo.processInfo.activeProcessorCount)
        let tap = PayloadTap(configuration.tap)
        let (probeBoard, metricsBoard) = (ProbeBoard(), MetricsBoard())
        var random = SystemRandomNumberGenerator()
        let seed = (start: random.next() as UInt64, key: random.next() as UInt64)
        let stampKey = Salt(high: random.next(), low: random.next())
        self.tap = tap
        self.metricsBoard = metricsBoard
        self.stampKey = stampKey
        self.logger = logger
        let table = RouteTable(.empty, stampKey: stampKey)
        var threads: [LoopThread<TrafficLoop>] = []
        do {
            for number in 0..<count {
                let thread = try LoopThread(name: "serin-loop-\(number)") { sockets in
                    let loop = TrafficLoop(
                        sockets: sockets,
                        names: sockets.resolveNames(with: resolver),
                        configuration: configuration,
                        number: number,
                        loopCount: count,
                        stamps: StampSource(seed: seed, loop: number, of: count),
                        table: table,
                        tap: tap,
                        probeBoard: probeBoard,
                        metricsBoard: metricsBoard,
                        logger: logger
                    )
                    loop.accessLog = accessLog.map { AccessLogFeed($0, share: configuration.accessLog?.share ?? 1) }
                    sockets.ticked = { [unowned loop] in loop.tick() }
                    return loop
                }
                threads.append(thread)
            }
        } catch {
            for thread in threads { thread.stop() }
            throw error
        }
        self.threads = threads
    }

    // MARK: Listening

    /// Begins to take clients.
    ///
    /// - Parameter acceptor: Secures their connections; nil leaves them plain.
    /// - Returns: The port they connect to.
    func listen(at address: SocketAddress, securedBy acceptor: (any SecureAcceptor)?) throws -> Int {
        let (threads, logger) = (self.threads, self.logger)
        let result = threads[0].call { loop -> Result<Int, SocketError> in
            let listener = TrafficListener(on: loop, among: threads, securedBy: acceptor, logger: logger)
            loop.listeners.append(listener)
            do throws(SocketError) {
                return .success(try listener.listen(at: address))
            } catch {
                return .failure(error)
            }
        }.wait()
        guard let result else { preconditionFailure("a loop runs until it is stopped") }
        return try result.get()
    }

    /// Takes those that have connected already, and no more.
    func stopListening() { _ = self.threads[0].call { loop in loop.listeners.forEach { $0.close() } }.wait() }

    // MARK: Routes and counters

    /// Returns when every loop routes by `snapshot`.
    ///
    /// - Parameter watches: Over the rollouts whose plans have a hard stop.
    func apply(_ snapshot: RouteSnapshot, watches: [RolloutID: TripWatch]) {
        let table = RouteTable(snapshot, stampKey: self.stampKey)
        let watched = table.routes.map { $0.rollout.flatMap { watches[$0] } }
        _ = self.onEach { $0.apply(table, watches: watched) }
    }

    /// Requests whose answer isn't complete, and client connections.
    var load: (inFlight: Int, connections: Int) {
        self.onEach { ($0.inFlight, $0.clientCount) }.reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
    }

    /// Copies without an end, those among them that the canary hasn't answered, and the bytes they hold.
    var copies: (held: Int, unanswered: Int, bytes: Int) {
        var sum = (held: 0, unanswered: 0, bytes: 0)
        for load in self.onEach({ $0.copies.load }) {
            sum.held += load.held
            sum.unanswered += load.unanswered
            sum.bytes += load.bytes
        }
        return sum
    }

    /// What all loops have open and have done, and the least of the generations that they route by.
    func metrics() -> (loops: LoopMetrics, generation: Int64) {
        let found = self.onEach { ($0.metrics, $0.current.table.snapshot.generation) }
        var sum = LoopMetrics()
        for (metrics, _) in found { sum.merge(metrics) }
        return (sum, found.map(\.1).min() ?? 0)
    }

    func drainPinned() -> [PinnedTally] { self.onEach { $0.pinned.drain() }.flatMap { $0 } }

    func drainCounters() -> [TelemetryCell] { self.onEach { $0.drainCounters() }.flatMap { $0 } }

    // MARK: The end

    /// The gateway isn't ready any more, and says good-bye to its clients.
    ///
    /// - Parameter idleLimit: How long those that are idle may take to ask for one thing more.
    func drain(_ idleLimit: Duration) { _ = self.onEach { $0.drain(idleLimit) } }

    /// Lets requests in flight end, for `limit` at most, then closes what is left.
    func end(within limit: Duration) {
        let end = ContinuousClock.now + limit
        let pause = StopSignal()
        while self.onEach({ $0.hasClients }).contains(true), ContinuousClock.now < end {
            _ = pause.wait(atMost: .milliseconds(20))
        }
        _ = self.onEach { loop in
            loop.closeAll()
            loop.tapFeed.handOver()
            loop.accessLog?.handOverLast()
        }
    }

    /// Ends the loops' threads. Counters were taken out before.
    func stop() { for thread in self.threads { thread.stop() } }

    /// Runs `body` on every loop at once and waits for all results, in the order of the loops; loops that have ended give none.
    private func onEach<Value: Sendable>(_ body: @escaping @Sendable (TrafficLoop) -> Value) -> [Value] {
        self.threads.map { $0.call(body) }.compactMap { $0.wait() }
    }
}

import Logging
import NIOCore
import NIOPosix
import ProxyCore
import RolloutCore

/// All event loops of a gateway, as the other threads see them.
struct TrafficLoops: Sendable {
    private struct Member: Sendable {
        let eventLoop: any EventLoop
        let loop: NIOLoopBound<TrafficLoop>
    }

    let group: MultiThreadedEventLoopGroup
    let tap: PayloadTap
    /// For snapshots that bring no key.
    private let stampKey: Salt
    private let members: [Member]
    private let logger: Logger

    private static let tickTime = TimeAmount.milliseconds(100)

    init(configuration: GatewayConfiguration, logger: Logger) throws {
        let count = max(1, configuration.loopCount ?? System.coreCount)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: count)
        let tap = PayloadTap(configuration.tap)
        var random = SystemRandomNumberGenerator()
        let seed = (start: random.next() as UInt64, key: random.next() as UInt64)
        let stampKey = Salt(high: random.next(), low: random.next())
        self.group = group
        self.tap = tap
        self.stampKey = stampKey
        self.logger = logger
        let table = RouteTable(.empty, stampKey: stampKey)
        self.members = try (0..<count).map { number in
            let eventLoop = group.next()
            let loop = try eventLoop.submit {
                let loop = TrafficLoop(
                    eventLoop: eventLoop,
                    configuration: configuration,
                    loopCount: count,
                    stamps: StampSource(seed: seed, loop: number, of: count),
                    table: table,
                    tap: tap
                )
                let bound = NIOLoopBound(loop, eventLoop: eventLoop)
                eventLoop.scheduleRepeatedTask(initialDelay: Self.tickTime, delay: Self.tickTime) { _ in
                    bound.value.tick()
                }
                return bound
            }.wait()
            return Member(eventLoop: eventLoop, loop: loop)
        }
    }

    /// The loop that `eventLoop` runs; call it there only.
    func loop(of eventLoop: any EventLoop) -> TrafficLoop? {
        self.members.first { $0.eventLoop === eventLoop }?.loop.value
    }

    /// Returns when every loop routes by `snapshot`.
    func apply(_ snapshot: RouteSnapshot) {
        let table = RouteTable(snapshot, stampKey: self.stampKey)
        _ = self.onEach { $0.apply(table) }
    }

    func drainCounters() -> [TelemetryCell] { self.onEach { $0.drainCounters() }.flatMap { $0 } }

    /// Lets requests in flight end, for `limit` at most, then closes what is left.
    func drain(limit: Duration) {
        _ = self.onEach { $0.drain() }
        let end = ContinuousClock.now + limit
        let pause = StopSignal()
        while self.onEach({ $0.hasClients }).contains(true), ContinuousClock.now < end {
            _ = pause.wait(atMost: .milliseconds(20))
        }
        _ = self.onEach { loop in
            loop.closeAll()
            loop.tapFeed.handOver()
        }
    }

    /// Runs `body` on every loop at once and waits for all results, in the order of the loops.
    private func onEach<Value: Sendable>(_ body: @escaping @Sendable (TrafficLoop) -> Value) -> [Value] {
        let results = self.members.map { member in member.eventLoop.submit { body(member.loop.value) } }
        do {
            return try results.map { try $0.wait() }
        } catch {
            self.logger.error("an event loop is gone", metadata: ["error": "\(error)"])
            return []
        }
    }
}

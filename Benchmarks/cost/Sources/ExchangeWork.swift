import HTTPWire
import ProxyCore
import RolloutCore

/// Everything a request of an open rollout meets between its head and its end, beside bytes and sockets: route, draw, id, pool,
/// exchange, counters.
final class ExchangeWork: CostWork {
    private static let path = Array("/v2/models/fraud/infer".utf8)
    private static let host = Array("models.example.com:8080".utf8)

    private let table: RouteTable
    private var counters: OutcomeCounters
    private var stamps = StampSource(seed: (start: 1, key: 2), loop: 0, of: 1)
    /// Without a key there is nothing in them to look for.
    private let head = RequestHead()
    private var random = FastRandom(seed: 3)
    private var pools: [UpstreamPool]
    private var exchange = Exchange()
    private var clock: Int64 = 1_000_000
    /// Keeps the optimiser from leaving out what nobody reads.
    private var folded: UInt64 = 0

    init() throws {
        let table = RouteTable(try CostRoutes.snapshot(stable: 9_000, canary: 9_001), stampKey: Salt(high: 5, low: 6))
        self.table = table
        self.counters = OutcomeCounters(table: table)
        self.pools = table.upstreams.map { _ in UpstreamPool(limits: UpstreamPool.Limits()) }
        for index in self.pools.indices {
            _ = self.pools[index].acquire()
            _ = self.pools[index].release(ConnectionHandle(Int32(index)), now: LoopTime(microseconds: 0))
        }
    }

    func once() {
        let started = self.now()
        guard let matching = unsafe self.table.match(path: Self.path.span.bytes, host: Self.host.span.bytes) else {
            preconditionFailure("the model is routed")
        }
        let route = self.table.routes[matching.route]
        let source = unsafe Self.path.span.bytes
        let draw = route.assignment.draw(for: self.head.fields, source: source, random: &self.random)
        let arm = self.table.arms[draw.arm]
        let stamp = self.stamps.next(cohort: arm.key.cohort, generation: arm.key.generation, at: started)
        let id = RequestID(stamp, signedWith: self.table.stampKey)
        self.folded &+= id.first ^ id.second ^ id.third
        self.counters.assign(arm: draw.arm)
        self.carry(draw, from: started)
    }

    private func carry(_ draw: Draw, from started: LoopTime) {
        let target = self.table.arms[draw.arm].upstreams[0]
        self.exchange.requestStarted(
            ExchangeRequest(isReplayable: false, hasFallback: true, isComplete: true, clientIsPersistent: true)
        )
        guard case .reuse(let handle) = self.pools[target.index].acquire() else {
            preconditionFailure("an idle connection is there")
        }
        self.exchange.requestSent(onPooled: true)
        var times = ExchangeTimes(startedAt: started)
        times.sentAt = self.now()
        self.exchange.responseBytesArrived()
        guard case .none = self.exchange.responseStarted(status: 200) else {
            preconditionFailure("a good answer goes to the client")
        }
        times.answeredAt = self.now()
        let end = self.now()
        let completion = self.exchange.responseCompleted(status: 200, upstreamIsPersistent: true)
        guard let outcome = completion.outcome, completion.upstreamIsReusable else {
            preconditionFailure("both sides keep the connection, and the request is counted here")
        }
        _ = self.pools[target.index].release(handle, now: end)
        self.counters.record(
            draw,
            upstream: target.place,
            outcome: outcome,
            times: times,
            endingAt: end
        )
    }

    private func now() -> LoopTime {
        self.clock += 700
        return LoopTime(microseconds: self.clock)
    }
}

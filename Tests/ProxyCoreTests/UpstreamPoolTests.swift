import ProxyCore
import RolloutCore
import Testing

private func at(_ seconds: Int64) -> LoopTime { LoopTime(microseconds: seconds * 1_000_000) }
private let a = ConnectionHandle(1)
private let b = ConnectionHandle(2)

@Suite("Upstream pool")
struct UpstreamPoolTests {
    /// A pool with two idle connections, `a` since 1 s and `b` since 2 s.
    private func poolWithTwoIdle(_ limits: UpstreamPool.Limits = UpstreamPool.Limits()) -> UpstreamPool {
        var pool = UpstreamPool(limits: limits)
        _ = pool.acquire()
        _ = pool.acquire()
        _ = pool.release(a, now: at(1))
        _ = pool.release(b, now: at(2))
        return pool
    }

    @Test("An empty pool asks for a connection, and counts it as pending until it ends")
    func connecting() {
        var pool = UpstreamPool(limits: UpstreamPool.Limits())

        #expect(pool.acquire() == .connect)
        #expect(pool.pending == 1)
        pool.connectFailed()
        #expect(pool.isEmpty)
    }

    @Test("The connection that was used last is used first")
    func lastInFirstOut() {
        var pool = self.poolWithTwoIdle()

        #expect(pool.acquire() == .reuse(b))
        #expect(pool.acquire() == .reuse(a))
        #expect(pool.acquire() == .connect)
    }

    @Test("A fresh connection is made although idle ones are there")
    func fresh() {
        var pool = self.poolWithTwoIdle()

        #expect(pool.acquire(fresh: true) == .connect)
        #expect(pool.idleCount == 2)
    }

    @Test("The limit counts idle connections too, and holds until one ends")
    func connectionLimit() {
        var pool = self.poolWithTwoIdle(UpstreamPool.Limits(connections: 2))

        #expect(pool.acquire(fresh: true) == .refused)
        #expect(pool.acquire() == .reuse(b))
        #expect(pool.acquire() == .reuse(a))
        #expect(pool.acquire() == .refused)
        pool.discarded()
        #expect(pool.acquire() == .connect)
    }

    @Test("More idle connections than allowed are closed")
    func idleLimit() {
        var pool = UpstreamPool(limits: UpstreamPool.Limits(idle: 1))
        _ = pool.acquire()
        _ = pool.acquire()

        #expect(pool.release(a, now: at(1)) == .keep)
        #expect(pool.release(b, now: at(1)) == .close)
    }

    @Test("Idle connections expire at their age, the oldest first")
    func expiry() {
        var pool = self.poolWithTwoIdle(UpstreamPool.Limits(idleAge: .seconds(4)))

        #expect(pool.expire(now: at(4)) == [])
        #expect(pool.expire(now: at(5)) == [a])
        #expect(pool.expire(now: at(6)) == [b])
        #expect(pool.isEmpty)
    }

    @Test("A connection that the server closed is not used again")
    func idleClosed() {
        var pool = self.poolWithTwoIdle()
        pool.idleClosed(b)

        #expect(pool.acquire() == .reuse(a))
        #expect(pool.acquire() == .connect)
    }

    @Test("A connection ends by its age or its number of requests, but only when no request is on it")
    func lives() {
        var random = FastRandom(seed: 1)
        var pool = UpstreamPool(limits: UpstreamPool.Limits(idleAge: .seconds(99), age: .seconds(10), requests: 2))
        _ = pool.acquire()
        var life = pool.newLife(at: at(0), random: &random)
        life.requestBegan()
        #expect(pool.release(a, life: life, now: at(1)) == .keep)
        #expect(pool.acquire() == .reuse(a))
        life.requestBegan()
        #expect(pool.release(a, life: life, now: at(2)) == .close)

        _ = pool.acquire()
        life = pool.newLife(at: at(0), random: &random)
        #expect(pool.release(b, life: life, now: at(8)) == .keep)
        #expect(pool.acquire() == .reuse(b))
        #expect(pool.expire(now: at(30)) == [])
        #expect(pool.release(b, life: life, now: at(30)) == .close)
        #expect(pool.isEmpty)
    }

    @Test("Idle connections end by their age, too, each a little before the limit")
    func idleLives() {
        var random = FastRandom(seed: 1)
        var pool = UpstreamPool(limits: UpstreamPool.Limits(idleAge: .seconds(99), age: .seconds(10)))
        let lives = (0..<100).map { _ in pool.newLife(at: at(0), random: &random) }
        #expect(lives.allSatisfy { !$0.isOver(at: at(8)) && $0.isOver(at: at(10)) })
        #expect(Set(lives.map { $0.isOver(at: LoopTime(microseconds: 9_500_000)) }) == [true, false])

        _ = pool.acquire()
        _ = pool.release(a, life: lives[0], now: at(1))
        #expect(pool.expire(now: at(8)) == [])
        #expect(pool.expire(now: at(10)) == [a])
    }

    @Test("Without limits connections live on")
    func endless() {
        var random = FastRandom(seed: 1)
        let pool = UpstreamPool(limits: UpstreamPool.Limits())
        #expect(pool.newLife(at: at(0), random: &random) == .endless)
    }

    @Test("A drained pool has no idle connection left, and counts those that are busy to their end")
    func draining() {
        var pool = self.poolWithTwoIdle()
        _ = pool.acquire()
        #expect(pool.drain() == [a])
        #expect(pool.acquire() == .connect)
        #expect(pool.pending == 2)
    }

    @Test("A version's settings take the place of the gateway's limits, divided among the loops")
    func settings() {
        let settings = UpstreamSettings(connections: 9, connectionSeconds: 0, connectionRequests: 5)
        let limits = UpstreamPool.Limits(idle: 3).applying(settings, share: LoopShare(loop: 0, of: 2))

        #expect(limits == UpstreamPool.Limits(connections: 5, idle: 3, requests: 5))
        #expect(
            UpstreamPool.Limits().applying(UpstreamSettings(), share: LoopShare(loop: 0, of: 2))
                == UpstreamPool.Limits(age: .seconds(600))
        )
    }
}

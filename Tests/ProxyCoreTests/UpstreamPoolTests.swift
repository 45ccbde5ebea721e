import ProxyCore
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
}

import ProxyCore
import RolloutCore

/// A route table as one event loop uses it: with the loop's counters and pools. Confined to that loop.
///
/// A request holds on to the one it began with, so its outcome is counted under the generation that routed it.
final class LoopTable {
    let table: RouteTable
    var counters: OutcomeCounters
    /// By the table's index of an upstream.
    let upstreams: [PooledUpstream]
    var inFlight = 0

    init(_ table: RouteTable, continuing predecessor: LoopTable?, upstreams: [PooledUpstream]) {
        self.table = table
        self.counters = OutcomeCounters(table: table, continuing: predecessor?.counters)
        self.upstreams = upstreams
    }

    /// The upstream of an arm with the least requests and attempts pending; among equals one drawn by `random`.
    func leastPending(of arm: TableArm, random: inout FastRandom) -> ArmUpstream {
        let upstreams = arm.upstreams
        if upstreams.count == 1 { return upstreams[0] }
        let start = Int(random.next() % UInt64(upstreams.count))
        var best = upstreams[start]
        var bestPending = self.upstreams[best.index].pool.pending
        for offset in 1..<upstreams.count {
            let candidate = upstreams[(start + offset) % upstreams.count]
            let pending = self.upstreams[candidate.index].pool.pending
            if pending < bestPending {
                best = candidate
                bestPending = pending
            }
        }
        return best
    }
}

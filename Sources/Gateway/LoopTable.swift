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
    ///
    /// One that can't be connected has the least pending of all, so those that failed a moment ago come last.
    ///
    /// - Parameter tried: Upstreams, by index, that are out of the question.
    /// - Returns: nil when that leaves none.
    func leastPending(
        of arm: TableArm,
        except tried: Set<Int>,
        now: LoopTime,
        random: inout FastRandom
    ) -> ArmUpstream? {
        let upstreams = arm.upstreams
        if upstreams.count == 1 { return tried.contains(upstreams[0].index) ? nil : upstreams[0] }
        let start = Int(random.next() % UInt64(upstreams.count))
        var best: ArmUpstream?
        var bestRank = (isAvoided: true, pending: Int.max)
        for offset in upstreams.indices {
            let candidate = upstreams[(start + offset) % upstreams.count]
            if tried.contains(candidate.index) { continue }
            let upstream = self.upstreams[candidate.index]
            let rank = (isAvoided: upstream.isAvoided(at: now), pending: upstream.pool.pending)
            let isBetter =
                rank.isAvoided == bestRank.isAvoided ? rank.pending < bestRank.pending : bestRank.isAvoided
            if isBetter {
                best = candidate
                bestRank = rank
            }
        }
        return best
    }
}

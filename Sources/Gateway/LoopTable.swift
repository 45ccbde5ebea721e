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
    /// By the table's index of a route; none where no payload is looked at. Empty when that is so for all.
    private var samplers: [TapSampler?]

    init(_ table: RouteTable, continuing predecessor: LoopTable?, upstreams: [PooledUpstream], loopCount: Int) {
        self.table = table
        self.samplers = Self.samplers(table, predecessor, loopCount)
        self.counters = OutcomeCounters(table: table, continuing: predecessor?.counters)
        self.upstreams = upstreams
    }

    private static func samplers(
        _ table: RouteTable,
        _ predecessor: LoopTable?,
        _ loopCount: Int
    ) -> [TapSampler?] {
        guard table.routes.contains(where: { $0.signals != nil }) else { return [] }
        var known: [ModelName: TapSampler] = [:]
        for case let sampler? in predecessor?.samplers ?? [] { known[sampler.model] = sampler }
        return table.routes.map { route in
            route.signals.map {
                TapSampler(route, signals: $0, loopCount: loopCount, continuing: known[route.model])
            }
        }
    }

    /// Whether, and how, the tap looks at a request; nil when it doesn't.
    func drawForTap(route: Int, arm: Int, random: inout FastRandom) -> TapDraw? {
        if self.samplers.isEmpty { return nil }
        return self.samplers[route]?.draw(arm: arm, random: &random)
    }

    func tickSamplers() {
        for index in self.samplers.indices { self.samplers[index]?.tick() }
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

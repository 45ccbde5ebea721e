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
    /// By the table's index of an arm; none where the version has no limit. Empty when that is so for all.
    let gates: [VersionGate?]
    var inFlight = 0
    /// By the table's index of a route; none where no hard stop is watched for. Empty when that is so for all.
    let watches: [TripWatch?]
    /// By the table's index of a route; none where no payload is looked at. Empty when that is so for all.
    private var samplers: [TapSampler?]

    init(
        _ table: RouteTable,
        continuing predecessor: LoopTable?,
        upstreams: [PooledUpstream],
        gates: [VersionGate?] = [],
        watches: [TripWatch?] = [],
        loopCount: Int
    ) {
        self.table = table
        self.watches = watches.contains { $0 != nil } ? watches : []
        self.samplers = Self.samplers(table, predecessor, loopCount)
        self.counters = OutcomeCounters(table: table, continuing: predecessor?.counters)
        self.upstreams = upstreams
        self.gates = gates.contains { $0 != nil } ? gates : []
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

    /// The same draw, but stable's in the place of a canary that has tripped: loops know it before the routes without it are applied.
    func heeding(_ draw: Draw, route: Int) -> Draw {
        guard !self.watches.isEmpty, let watch = self.watches[route], watch.hasTripped,
            let stable = self.table.routes[route].assignment.fallback(for: draw.arm)
        else { return draw }
        return Draw(arm: stable, place: draw.place)
    }

    func tickSamplers() {
        for index in self.samplers.indices { self.samplers[index]?.tick() }
    }
}

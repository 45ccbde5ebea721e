import ProxyCore
import RolloutCore

// MARK: - What stays the same from one table to the next

extension TrafficLoop {
    var share: LoopShare { LoopShare(loop: self.number, of: self.loopCount) }

    /// One loop asks for all.
    var probes: Bool { self.number == 0 }

    private func upstream(_ key: UpstreamKey) -> PooledUpstream {
        if let known = self.upstreams[key] { return known }
        let limits = self.configuration.upstreamPool.applying(key.settings, share: self.share)
        let upstream = PooledUpstream(key, limits: limits, at: self.tickTime)
        self.upstreams[key] = upstream
        return upstream
    }

    /// Upstreams of `table`, in its order.
    func upstreams(of table: RouteTable) -> [PooledUpstream] {
        let upstreams = table.upstreamKeys.map(self.upstream)
        for upstream in upstreams { upstream.isRouted = false }
        for arm in table.routes.flatMap(\.arms) {
            for target in table.arms[arm].upstreams { upstreams[target.index].isRouted = true }
        }
        return upstreams
    }

    /// nil for a version without a limit.
    func gate(of arm: TableArm) -> VersionGate? {
        guard let inFlight = arm.settings.inFlight else { return nil }
        let key = LoopMetrics.VersionKey(model: arm.key.model, version: arm.key.version)
        if let known = self.gates[key] { return known }
        let queue = arm.settings.queue
        let gate = VersionGate(
            .init(
                inFlight: self.share.part(of: inFlight),
                queue: queue.length == 0 ? 0 : self.share.part(of: queue.length),
                patience: .milliseconds(queue.milliseconds)
            )
        )
        self.gates[key] = gate
        return gate
    }

    /// Looks after every limit of time of upstreams and of those who wait for them; called ten times a second.
    func tickUpstreams() {
        for (key, gate) in self.gates {
            for client in gate.gate.expire(at: self.tickTime) { client.patienceEnded() }
            if gate.gate.isEmpty, !self.isInUse(gate) { self.gates[key] = nil }
        }
        for (key, upstream) in self.upstreams {
            upstream.tick(self)
            guard upstream.isEmpty, !self.isInUse(upstream) else { continue }
            upstream.retire(self)
            self.upstreams[key] = nil
        }
    }

    /// A table that routes, or that still has requests, may ask it for a connection.
    private func isInUse(_ upstream: PooledUpstream) -> Bool {
        self.current.upstreams.contains { $0 === upstream }
            || self.retired.contains { table in table.upstreams.contains { $0 === upstream } }
    }

    private func isInUse(_ gate: VersionGate) -> Bool {
        self.current.gates.contains { $0 === gate }
            || self.retired.contains { table in table.gates.contains { $0 === gate } }
    }

    /// What the loop has open and has done.
    var metrics: LoopMetrics {
        var metrics = LoopMetrics()
        metrics.clientConnections = self.clientCount
        metrics.inFlight = self.inFlight
        metrics.unrouted = self.unrouted
        for (key, gate) in self.gates { metrics.versions[key, default: GateMetrics()].merge(gate.metrics) }
        for (key, upstream) in self.upstreams {
            upstream.report(to: &metrics.upstreams[key.url.description, default: UpstreamMetrics()])
        }
        return metrics
    }
}

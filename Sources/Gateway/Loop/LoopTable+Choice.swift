import ProxyCore
import RolloutCore

/// Where a request could go.
struct UpstreamCandidate {
    let target: ArmUpstream
    /// nil as long as the upstream's name has not been looked up.
    let endpoint: UpstreamEndpoint?
}

extension LoopTable {
    /// The address of an arm's upstreams that is best asked now; among equals one drawn by `random`.
    ///
    /// - Returns: nil when everything was tried.
    func choose(of arm: TableArm, for request: ClientRequest, now: LoopTime, random: inout FastRandom)
        -> UpstreamCandidate?
    {
        if arm.upstreams.count == 1 {
            let endpoints = self.upstreams[arm.upstreams[0].index].endpoints
            if endpoints.count == 1, endpoints[0].health.isServing {
                return request.hasTried(endpoints[0])
                    ? nil : UpstreamCandidate(target: arm.upstreams[0], endpoint: endpoints[0])
            }
        }
        let candidate = self.choose(of: arm, now: now, random: &random) { target, endpoint in
            endpoint.map(request.hasTried) ?? request.unresolved.contains(target.index)
        }
        if let health = candidate?.endpoint?.health, health.availability(at: now) == .onTrial {
            candidate?.endpoint?.health.trialBegan(at: now)
        }
        return candidate
    }

    /// The upstream of an arm that is best asked now; nil for an arm without any.
    func leastPending(of arm: TableArm, now: LoopTime, random: inout FastRandom) -> ArmUpstream? {
        self.choose(of: arm, now: now, random: &random) { _, _ in false }?.target
    }

    private func choose(
        of arm: TableArm,
        now: LoopTime,
        random: inout FastRandom,
        isOut: (ArmUpstream, UpstreamEndpoint?) -> Bool
    ) -> UpstreamCandidate? {
        var choice = UpstreamChoice(at: now)
        var unresolved: ArmUpstream?
        let start = Self.draw(arm.upstreams.count, &random)
        for offset in arm.upstreams.indices {
            let place = (start + offset) % arm.upstreams.count
            let target = arm.upstreams[place]
            let endpoints = self.upstreams[target.index].endpoints
            if endpoints.isEmpty, !isOut(target, nil) { unresolved = unresolved ?? target }
            let first = Self.draw(endpoints.count, &random)
            for offset in endpoints.indices {
                let number = (first + offset) % endpoints.count
                let endpoint = endpoints[number]
                if isOut(target, endpoint) { continue }
                let index = place << 32 | number
                choice.consider(index, endpoint.health, pending: endpoint.pool.pending, random: &random)
            }
        }
        if let index = choice.index {
            let target = arm.upstreams[index >> 32]
            let endpoint = self.upstreams[target.index].endpoints[index & 0xFFFF_FFFF]
            return UpstreamCandidate(target: target, endpoint: endpoint)
        }
        return unresolved.map { UpstreamCandidate(target: $0, endpoint: nil) }
    }

    private static func draw(_ count: Int, _ random: inout FastRandom) -> Int {
        count > 1 ? Int(random.next() % UInt64(count)) : 0
    }

    /// Whether a request to the arm could go to one address or to another, so that it matters how it fares.
    func hasChoice(in arm: TableArm) -> Bool {
        arm.upstreams.count > 1 || self.upstreams[arm.upstreams[0].index].endpoints.count > 1
    }

    func endpoints(ofArm arm: Int) -> [UpstreamEndpoint] {
        self.table.arms[arm].upstreams.flatMap { self.upstreams[$0.index].endpoints }
    }

    /// nil for a version without a limit.
    func gate(ofArm arm: Int) -> VersionGate? { self.gates.isEmpty ? nil : self.gates[arm] }
}

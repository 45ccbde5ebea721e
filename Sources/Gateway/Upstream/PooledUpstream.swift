import ProxyCore
import RolloutCore
import Sockets

/// One upstream as one event loop sees it: the addresses that it stands for. Confined to that loop.
final class PooledUpstream {
    let key: UpstreamKey
    /// Empty until its name has been looked up.
    private(set) var endpoints: [UpstreamEndpoint] = []
    /// Addresses that the name doesn't stand for any more, until their requests have ended.
    private var leaving: [UpstreamEndpoint] = []
    private let limits: UpstreamPool.Limits
    private var addresses = EndpointSet<SocketAddress>()
    /// nil when the URL names an address, which needs no lookup.
    private var schedule: ResolutionSchedule?
    /// Requests are drawn for it; one that only pinned requests reach is not asked after as long as there are none.
    var isRouted = true
    /// Who waits for the first lookup.
    private var waiting: [() -> Void] = []

    init(_ key: UpstreamKey, limits: UpstreamPool.Limits, at now: LoopTime) {
        self.key = key
        self.limits = limits
        if let address = SocketAddress(ipAddress: key.url.host, port: key.url.port) {
            self.endpoints = [self.endpoint(at: address, startingSlowlyAt: nil)]
        } else {
            self.schedule = ResolutionSchedule(every: .seconds(key.settings.resolveSeconds), at: now)
        }
    }

    private func endpoint(at address: SocketAddress, startingSlowlyAt start: LoopTime?) -> UpstreamEndpoint {
        UpstreamEndpoint(
            self.key.url,
            at: address,
            limits: self.limits,
            health: UpstreamHealth(self.key.settings, startsSlowlyAt: start)
        )
    }

    /// Nothing is open or being made.
    var isEmpty: Bool { self.endpoints.allSatisfy(\.pool.isEmpty) && self.leaving.isEmpty }

    /// Makes a connection to one of its endpoints whose pool has given a slot for it.
    ///
    /// - Parameter completed: Never called before this has returned.
    func connect(
        to endpoint: UpstreamEndpoint,
        on loop: TrafficLoop,
        completed: @escaping (Result<UpstreamConnection, ConnectFailure>) -> Void
    ) {
        endpoint.connect(on: loop) { result in
            if case .failure(.unreachable) = result { self.schedule?.connectionFailed() }
            completed(result)
        }
    }

    /// Makes a connection beside the pools, to the endpoint that has the least to do.
    ///
    /// - Parameter completed: Never called before this has returned.
    func open(on loop: TrafficLoop, completed: @escaping (Result<StreamSocket, ConnectFailure>) -> Void) {
        if self.endpoints.isEmpty {
            self.lookUp(loop) {
                if self.endpoints.isEmpty {
                    completed(.failure(.unreachable))
                } else {
                    self.open(on: loop, completed: completed)
                }
            }
            return
        }
        var choice = UpstreamChoice(at: loop.tickTime)
        for (index, endpoint) in self.endpoints.enumerated() {
            choice.consider(index, endpoint.health, pending: endpoint.pool.pending, random: &loop.random)
        }
        self.endpoints[choice.index ?? 0].open(on: loop, completed: completed)
    }

    // MARK: Names

    /// Finds out what the name stands for.
    ///
    /// - Parameter completed: Called when that is known or can't be found out; never before this has returned.
    func lookUp(_ loop: TrafficLoop, completed: @escaping () -> Void) {
        self.waiting.append(completed)
        // Somebody waits, so it is not put off.
        if self.schedule?.isAsking == false { self.ask(loop) }
    }

    private func ask(_ loop: TrafficLoop) {
        self.schedule?.began(at: loop.tickTime)
        loop.names.resolve(
            LoopNames.Name(host: self.key.url.host, port: self.key.url.port),
            maximumAge: 0,
            timeoutMicroseconds: loop.limits.connect
        ) { result in
            switch result {
            case .success(let found): self.found(found, loop)
            case .failure: self.found([], loop)
            }
        }
    }

    private func found(_ found: [SocketAddress], _ loop: TrafficLoop) {
        self.schedule?.ended(foundAny: !found.isEmpty, at: loop.tickTime, random: &loop.random)
        let change = self.addresses.resolved(found)
        let start = self.endpoints.isEmpty ? nil : loop.tickTime
        for address in change.removed {
            guard let index = self.endpoints.firstIndex(where: { $0.address == address }) else { continue }
            let endpoint = self.endpoints.remove(at: index)
            endpoint.leave(loop)
            self.leaving.append(endpoint)
        }
        self.endpoints += change.added.map { self.endpoint(at: $0, startingSlowlyAt: start) }
        let waiting = self.waiting
        self.waiting = []
        if !waiting.isEmpty { loop.sockets.afterwards { for waiter in waiting { waiter() } } }
    }

    // MARK: Time

    /// Looks after every limit of time; called ten times a second.
    func tick(_ loop: TrafficLoop) {
        if let schedule, schedule.isDue(at: loop.tickTime), self.isRouted || schedule.isDoubted { self.ask(loop) }
        for endpoint in self.endpoints { endpoint.tick(loop) }
        for endpoint in self.leaving { endpoint.tick(loop) }
        self.leaving.removeAll { $0.pool.isEmpty }
        if self.isRouted, let rule = self.key.settings.probe { self.probe(rule, loop) }
    }

    private func probe(_ rule: ProbeRule, _ loop: TrafficLoop) {
        let board = loop.probeBoard
        for endpoint in self.endpoints {
            let place = ProbeBoard.Place(upstream: self.key, address: endpoint.address)
            if loop.probes {
                if endpoint.probe == nil { endpoint.probe = EndpointProbe(rule, of: endpoint, at: loop.tickTime) }
                endpoint.probe?.tick(loop) { board.set($0, of: place) }
            }
            endpoint.health.probed(isReady: board.isReady(place), at: loop.tickTime)
        }
    }

    /// Nobody routes to it any more.
    func retire(_ loop: TrafficLoop) {
        for endpoint in self.endpoints {
            endpoint.leave(loop)
            if loop.probes, self.key.settings.probe != nil {
                loop.probeBoard.forget(ProbeBoard.Place(upstream: self.key, address: endpoint.address))
            }
        }
    }

    /// What it has open and has done; added to `metrics`.
    func report(to metrics: inout UpstreamMetrics) {
        for endpoint in self.endpoints {
            metrics.endpoints += 1
            if endpoint.health.isServing { metrics.serving += 1 }
            metrics.ejections += endpoint.health.ejections
            if let totals = endpoint.probe?.totals { metrics.probes.merge(totals) }
        }
        for endpoint in self.endpoints + self.leaving {
            metrics.idle += endpoint.pool.idleCount
            metrics.pending += endpoint.pool.pending
        }
    }
}

import ProxyCore

/// The limit of requests in flight of one version, as one event loop has it: all its tables share it. Confined to that loop.
final class VersionGate {
    var gate: InFlightGate<ClientConnection>

    init(_ limits: InFlightGate<ClientConnection>.Limits) { self.gate = InFlightGate(limits: limits) }

    /// A request that was let in has ended.
    func leave() { self.gate.leave(at: TrafficLoop.now())?.placeCameFree(self) }

    var metrics: GateMetrics {
        var metrics = GateMetrics()
        metrics.inFlight = self.gate.inFlight
        metrics.waiting = self.gate.waiting
        metrics.totals = self.gate.totals
        return metrics
    }

    /// Whether a request has a place.
    enum Admission {
        /// It has not asked, or its version has no limit.
        case none
        case admitted(VersionGate)
        case waiting(VersionGate, InFlightGate<ClientConnection>.Ticket)
    }
}

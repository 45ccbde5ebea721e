import ProxyCore
import Sockets

// MARK: - Other protocols

extension ClientConnection {
    /// The upstream has accepted the upgrade, and the client has been told: no request follows on this connection.
    ///
    /// The request ends here, well; what the connection carries from now on is nobody's to judge.
    func switchProtocols(_ request: ClientRequest, on upstream: UpstreamConnection, at end: LoopTime) {
        let place: VersionGate? =
            switch request.admission {
            case .admitted(let gate): gate
            case .none, .waiting: nil
            }
        request.admission = .none  // The server goes on being busy with it.
        self.upstreamCompleted(request)
        let outcome = self.exchange.protocolsSwitched()
        self.request = nil
        if let outcome { self.count(outcome, request, endingAt: end) }
        self.left(request, isWell: true, at: end)
        self.phase = .tunnelling
        let tunnel = Tunnel(self, upstream, place: place)
        self.tunnel = tunnel
        self.tunnelMoved()
        let early = self.takeUnread()
        self.resume(.pipelined)
        if !early.isEmpty { tunnel.received(early.octets, from: .client) }
    }

    /// Bytes have gone through the tunnel.
    func tunnelMoved() { self.deadline = self.deadline(in: self.loop.limits.tunnelIdle) }

    /// Both of its connections are closed.
    func tunnelEnded() {
        let hasOutlivedClient = self.tunnel?.hasOutlivedClient == true
        self.tunnel = nil
        self.giveUpUpstream()
        if hasOutlivedClient { self.loop.remove(self) }
    }
}

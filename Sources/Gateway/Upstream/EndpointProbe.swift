import HTTPWire
import ProxyCore
import RolloutCore
import Sockets

/// Asks one address again and again whether it is ready, on a connection of its own. Confined to its event loop.
final class EndpointProbe: StreamOwner {
    private let request: [UInt8]
    private let timeoutMicroseconds: Int64
    private var state: ProbeState
    private var head = ResponseHead()
    private unowned let endpoint: UpstreamEndpoint
    /// Grows with each probe, so that a connection that comes late is not taken for the next one's.
    private var number = 0
    private var socket: StreamSocket?
    private var received: [UInt8] = []
    /// When the probe that is under way has taken too long; `never` while none is.
    private var deadline = LoopTime.never
    /// Told of the next result that changes something.
    private var found: (Bool) -> Void = { _ in }

    private static let limits = HeadLimits()

    init(_ rule: ProbeRule, of endpoint: UpstreamEndpoint, at now: LoopTime) {
        self.request = Array(
            """
            GET \(endpoint.url.basePath)\(rule.path) HTTP/1.1\r
            Host: \(endpoint.url.authority)\r
            User-Agent: serin-probe\r
            Accept: */*\r
            Connection: close\r
            \r\n
            """.utf8
        )
        self.timeoutMicroseconds = Int64(rule.timeoutMilliseconds) * 1_000
        self.state = ProbeState(rule, at: now)
        self.endpoint = endpoint
    }

    var totals: ProbeTotals { self.state.totals }

    /// - Parameter found: Told whether the address is ready, when that changes.
    func tick(_ loop: TrafficLoop, found: @escaping (Bool) -> Void) {
        self.found = found
        if self.deadline <= loop.tickTime { self.ended(status: nil) }
        guard self.state.isDue(at: loop.tickTime) else { return }
        self.deadline = self.state.began(at: loop.tickTime, random: &loop.random)
        self.number += 1
        let number = self.number
        loop.sockets.connect(
            to: [self.endpoint.address],
            timeoutMicroseconds: self.timeoutMicroseconds,
            session: self.endpoint.session(loop)
        ) { [weak self] result in
            switch result {
            case .success(let socket):
                guard let self, number == self.number, self.deadline != .never else { return socket.close() }
                self.ask(on: socket)
            case .failure:
                guard let self, number == self.number else { return }
                self.ended(status: nil)
            }
        }
    }

    private func ask(on socket: StreamSocket) {
        self.socket = socket
        self.received = []
        socket.start(self)
        let request = self.request
        socket.send(request.octets)
    }

    /// Asks no more.
    func stop() {
        self.deadline = .never
        self.number += 1
        self.letGo()
    }

    private func letGo() {
        let socket = self.socket
        self.socket = nil
        socket?.close()
    }

    private func ended(status: Int?) {
        guard self.deadline != .never else { return }
        self.deadline = .never
        self.letGo()
        if let isReady = self.state.ended(status: status) { self.found(isReady) }
    }

    // MARK: Socket events

    func received(_ bytes: RawSpan) {
        self.received.append(contentsOf: bytes)
        while true {
            let received = self.received
            switch self.head.parse(received.octets, limits: Self.limits) {
            case .needsMore: return
            case .invalid: return self.ended(status: nil)
            case .complete(let length):
                guard self.head.isInterim else { return self.ended(status: self.head.status) }
                self.received.removeFirst(length)
            }
        }
    }

    func writabilityChanged() {}

    func closed(_ end: StreamEnd) {
        guard self.socket != nil else { return }  // It was let go.
        self.socket = nil
        self.ended(status: nil)
    }
}

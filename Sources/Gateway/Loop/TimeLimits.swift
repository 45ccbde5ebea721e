import ProxyCore

/// The timeouts of a gateway in microseconds, since a `Duration` is divided anew each time it is added to something.
struct TimeLimits {
    /// Never over.
    static let unlimited = Int64.max

    let connect: Int64
    let handshake: Int64
    let head: Int64
    let body: Int64
    let firstByte: Int64
    let responseIdle: Int64
    let keepAlive: Int64
    /// `unlimited` when the whole request has no limit.
    let request: Int64
    let tunnelIdle: Int64

    init(_ timeouts: GatewayConfiguration.Timeouts) {
        self.connect = timeouts.connect.microseconds
        self.handshake = timeouts.handshake.microseconds
        self.head = timeouts.head.microseconds
        self.body = timeouts.body.microseconds
        self.firstByte = timeouts.firstByte.microseconds
        self.responseIdle = timeouts.responseIdle.microseconds
        self.keepAlive = timeouts.keepAlive.microseconds
        self.request = timeouts.request?.microseconds ?? Self.unlimited
        self.tunnelIdle = timeouts.tunnelIdle.microseconds
    }
}

extension LoopTime {
    /// The moment so many microseconds later; `never` for `TimeLimits.unlimited`.
    func adding(microseconds: Int64) -> LoopTime {
        microseconds == TimeLimits.unlimited ? .never : LoopTime(microseconds: self.microseconds &+ microseconds)
    }
}

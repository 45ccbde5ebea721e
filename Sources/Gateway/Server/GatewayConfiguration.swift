package import HTTPWire
package import ProxyCore

/// Everything a gateway can be told; every limit has a default.
package struct GatewayConfiguration: Sendable {
    /// Where clients connect; port 0 takes a free one.
    package var host: String
    package var port: Int
    /// Event loops, each with its own connections, pools and counters; nil means one for each core.
    package var loopCount: Int?
    package var limits: Limits
    package var timeouts: Timeouts
    package var upstreamPool: UpstreamPool.Limits
    package var tap: TapLimits
    /// Which `Host` an upstream sees.
    package var hostPolicy: HostPolicy
    package var forwarding: Forwarding
    package var security: Security
    /// nil keeps none.
    package var accessLog: AccessLog?
    /// Where the last snapshot is kept for a start without the control plane; nil keeps none.
    package var snapshotPath: String?
    /// Where trips are kept, so that they last through a restart; nil keeps none.
    package var tripPath: String?
    /// Time between two flushes of the telemetry.
    package var flushInterval: Duration
    /// How long `stop` goes on accepting, and waits for the next request of a client that is idle: time for balancers to see
    /// that the gateway isn't ready any more, and for clients to be told that an answer is the last of its connection.
    package var drainDelay: Duration
    /// How long `stop` waits for requests in flight after that.
    package var drainLimit: Duration
    /// Signs this start's telemetry: no other start of any gateway may have the same; nil makes one up.
    package var replica: String?
    /// What people call the gateway.
    package var name: String

    package enum HostPolicy: Sendable {
        /// What the client sent.
        case client
        /// The upstream's own host and port.
        case upstream
    }

    package struct Limits: Sendable {
        package var head: HeadLimits
        /// Bytes of a request body, chunk marks included; nil is no limit, bodies are never held as a whole.
        package var bodySize: Int?
        /// Client connections at one time.
        package var connections: Int
        /// Requests at one time.
        package var inFlight: Int
        /// Bytes of request bodies that are kept so that stable can answer them, should the canary fail.
        package var rescueBytes: Int
        /// What requests that are mirrored to a canary may take up, on each loop.
        package var copies: CopyAllowance.Limits

        package init(
            head: HeadLimits = HeadLimits(),
            bodySize: Int? = nil,
            connections: Int = 16_384,
            inFlight: Int = 8_192,
            rescueBytes: Int = 16_777_216,
            copies: CopyAllowance.Limits = CopyAllowance.Limits()
        ) {
            self.head = head
            self.bodySize = bodySize
            self.connections = connections
            self.inFlight = inFlight
            self.rescueBytes = rescueBytes
            self.copies = copies
        }
    }

    package struct Timeouts: Sendable {
        package var connect: Duration
        /// Of a client's TLS handshake.
        package var handshake: Duration
        /// From the first byte of a head to its end.
        package var head: Duration
        /// Between two parts of a request body.
        package var body: Duration
        /// From the last byte of the request to the head of the answer.
        package var firstByte: Duration
        /// Between two parts of an answer.
        package var responseIdle: Duration
        /// Between two requests of one client connection.
        package var keepAlive: Duration
        /// From the head of the request to the end of the answer; nil is no limit.
        package var request: Duration?
        /// Between two bytes of a connection that has gone on with another protocol.
        package var tunnelIdle: Duration

        package init(
            connect: Duration = .seconds(1),
            handshake: Duration = .seconds(10),
            head: Duration = .seconds(10),
            body: Duration = .seconds(60),
            firstByte: Duration = .seconds(60),
            responseIdle: Duration = .seconds(60),
            keepAlive: Duration = .seconds(75),
            request: Duration? = nil,
            tunnelIdle: Duration = .seconds(3_600)
        ) {
            self.connect = connect
            self.handshake = handshake
            self.head = head
            self.body = body
            self.firstByte = firstByte
            self.responseIdle = responseIdle
            self.keepAlive = keepAlive
            self.request = request
            self.tunnelIdle = tunnelIdle
        }
    }

    /// What the payloads that are looked at may take up; which ones, each model says itself.
    package struct TapLimits: Sendable {
        /// Bytes of memory that requests under way may hold for it.
        package var capturedBytes: Int
        /// Requests that wait to be read.
        package var queued: Int
        /// Bytes of memory that these may hold.
        package var queuedBytes: Int

        package init(capturedBytes: Int = 16_777_216, queued: Int = 4_096, queuedBytes: Int = 16_777_216) {
            self.capturedBytes = capturedBytes
            self.queued = queued
            self.queuedBytes = queuedBytes
        }
    }

    package init(
        host: String = "127.0.0.1",
        port: Int = 8080,
        loopCount: Int? = nil,
        limits: Limits = Limits(),
        timeouts: Timeouts = Timeouts(),
        upstreamPool: UpstreamPool.Limits = UpstreamPool.Limits(),
        tap: TapLimits = TapLimits(),
        hostPolicy: HostPolicy = .client,
        forwarding: Forwarding = Forwarding(),
        security: Security = Security(),
        accessLog: AccessLog? = nil,
        snapshotPath: String? = nil,
        tripPath: String? = nil,
        flushInterval: Duration = .seconds(1),
        drainDelay: Duration = .zero,
        drainLimit: Duration = .seconds(30),
        replica: String? = nil,
        name: String = "gateway"
    ) {
        self.host = host
        self.port = port
        self.loopCount = loopCount
        self.limits = limits
        self.timeouts = timeouts
        self.upstreamPool = upstreamPool
        self.tap = tap
        self.hostPolicy = hostPolicy
        self.forwarding = forwarding
        self.security = security
        self.accessLog = accessLog
        self.snapshotPath = snapshotPath
        self.tripPath = tripPath
        self.flushInterval = flushInterval
        self.drainDelay = drainDelay
        self.drainLimit = drainLimit
        self.replica = replica
        self.name = name
    }
}

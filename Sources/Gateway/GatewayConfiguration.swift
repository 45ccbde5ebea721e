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
    /// Where the last snapshot is kept for a start without the control plane; nil keeps none.
    package var snapshotPath: String?
    /// Time between two flushes of the telemetry.
    package var flushInterval: Duration
    /// How long `stop` waits for requests in flight.
    package var drainLimit: Duration
    /// Signs this start's telemetry: no other start of any gateway may have the same; nil makes one up.
    package var replica: String?

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

        package init(
            head: HeadLimits = HeadLimits(),
            bodySize: Int? = nil,
            connections: Int = 16_384,
            inFlight: Int = 8_192
        ) {
            self.head = head
            self.bodySize = bodySize
            self.connections = connections
            self.inFlight = inFlight
        }
    }

    package struct Timeouts: Sendable {
        package var connect: Duration
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

        package init(
            connect: Duration = .seconds(1),
            head: Duration = .seconds(10),
            body: Duration = .seconds(60),
            firstByte: Duration = .seconds(60),
            responseIdle: Duration = .seconds(60),
            keepAlive: Duration = .seconds(75),
            request: Duration? = nil
        ) {
            self.connect = connect
            self.head = head
            self.body = body
            self.firstByte = firstByte
            self.responseIdle = responseIdle
            self.keepAlive = keepAlive
            self.request = request
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
        snapshotPath: String? = nil,
        flushInterval: Duration = .seconds(1),
        drainLimit: Duration = .seconds(30),
        replica: String? = nil
    ) {
        self.host = host
        self.port = port
        self.loopCount = loopCount
        self.limits = limits
        self.timeouts = timeouts
        self.upstreamPool = upstreamPool
        self.tap = tap
        self.hostPolicy = hostPolicy
        self.snapshotPath = snapshotPath
        self.flushInterval = flushInterval
        self.drainLimit = drainLimit
        self.replica = replica
    }
}

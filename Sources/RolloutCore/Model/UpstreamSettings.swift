/// How gateways use a version's upstreams: what they may be asked at one time, when one is left alone, how it comes back.
///
/// Limits hold for one gateway, which divides them among its event loops, with at least 1 for each loop.
package struct UpstreamSettings: Hashable, Sendable {
    /// Requests of the version at one time, 1…1 000 000; nil: no limit but the gateway's own.
    package var inFlight: Int?
    /// What happens to a request that finds `inFlight` reached.
    package var queue: QueueRule
    /// Connections to one address at one time, idle ones included, 1…1 000 000; nil: the gateway's own limit.
    package var connections: Int?
    /// A connection takes no request after this long, so that those behind one address get their share of new ones; 0…86 400, 0 is no
    /// limit. Up to a tenth less for each, so that they don't end together.
    package var connectionSeconds: Int
    /// A connection takes no more requests than this, 1…1 000 000 000; nil is no limit.
    package var connectionRequests: Int?
    /// An address that is new or back gets a share that grows from a tenth to the whole over this time; 0…3 600, 0 is at once.
    package var slowStartSeconds: Int
    /// When an address is left alone because requests fail there; nil: never, but one that can't be connected comes last for a second.
    package var ejection: EjectionRule?
    /// Asks each address by itself whether it is ready; nil: not at all.
    package var probe: ProbeRule?
    /// Names are looked up again after this long, 1…86 400; sooner when a connection fails.
    package var resolveSeconds: Int

    package init(
        inFlight: Int? = nil,
        queue: QueueRule = QueueRule(),
        connections: Int? = nil,
        connectionSeconds: Int = 600,
        connectionRequests: Int? = nil,
        slowStartSeconds: Int = 10,
        ejection: EjectionRule? = EjectionRule(),
        probe: ProbeRule? = nil,
        resolveSeconds: Int = 30
    ) {
        self.inFlight = inFlight
        self.queue = queue
        self.connections = connections
        self.connectionSeconds = connectionSeconds
        self.connectionRequests = connectionRequests
        self.slowStartSeconds = slowStartSeconds
        self.ejection = ejection
        self.probe = probe
        self.resolveSeconds = resolveSeconds
    }
}

/// How many requests wait for a place, and how long.
package struct QueueRule: Hashable, Sendable, Codable {
    /// 0…100 000; 0 refuses at once.
    package var length: Int
    /// 1…60 000.
    package var milliseconds: Int

    package init(length: Int = 128, milliseconds: Int = 1_000) {
        self.length = length
        self.milliseconds = milliseconds
    }
}

/// When an address is left alone because requests fail there.
///
/// One that can't be connected is left alone at once. Answers are never held against an address by their number, only beside those of
/// the version's other addresses: a client's bad rows make many servers answer 500 or 503, but then all of them do.
package struct EjectionRule: Hashable, Sendable, Codable {
    /// Requests in a row that got no whole answer: broken off, or too late; 1…1 000.
    package var failures: Int
    /// Share of answers of 500 and above that is too high when the other addresses have less than a quarter of it; above 0, at most 1.
    package var errorShare: Double
    /// Answers, of the last half minute and one event loop, below which `errorShare` says nothing; 1…100 000.
    package var answers: Int
    /// The first ejection lasts this long, give or take a fifth, and each further one twice as long; 1…3 600.
    package var seconds: Int
    /// No ejection lasts longer, and after this long without one it begins anew; `seconds`…86 400.
    package var maximumSeconds: Int
    /// Share of the version's addresses that may be ejected at one time, for other reasons than that they can't be connected; always
    /// one, never all. Above 0, at most 1.
    package var share: Double

    package init(
        failures: Int = 5,
        errorShare: Double = 0.5,
        answers: Int = 20,
        seconds: Int = 1,
        maximumSeconds: Int = 30,
        share: Double = 0.5
    ) {
        self.failures = failures
        self.errorShare = errorShare
        self.answers = answers
        self.seconds = seconds
        self.maximumSeconds = maximumSeconds
        self.share = share
    }
}

/// Asks an address by itself whether it is ready: `GET` without a body, once an interval for the whole gateway.
package struct ProbeRule: Hashable, Sendable, Codable {
    /// Such as `/v2/health/ready`; the upstream's base path stands before it. 1…1 024 characters.
    package var path: String
    /// 1…3 600.
    package var intervalSeconds: Int
    /// From the attempt to connect to the whole head of the answer; 10…60 000.
    package var timeoutMilliseconds: Int
    /// Good answers in a row after which an address that wasn't ready is, 1…100.
    package var passes: Int
    /// Bad ones in a row, or none, after which an address that was ready isn't, 1…100.
    package var failures: Int
    /// The status of a good answer, 100…599; nil: any from 200 to 299.
    package var status: Int?

    package init(
        path: String,
        intervalSeconds: Int = 5,
        timeoutMilliseconds: Int = 1_000,
        passes: Int = 2,
        failures: Int = 3,
        status: Int? = nil
    ) {
        self.path = path
        self.intervalSeconds = intervalSeconds
        self.timeoutMilliseconds = timeoutMilliseconds
        self.passes = passes
        self.failures = failures
        self.status = status
    }
}

/// How one proxied request ended, as counted for the version that was chosen for it.
package enum Outcome: Int, CaseIterable, Hashable, Sendable {
    /// A whole answer below 400.
    case success
    /// A whole answer 400…499: the client's mistake, as far as the status says.
    case clientError
    /// A whole answer of 500 or above.
    case serverError
    /// No answer, or none complete, within a limit of time.
    case timeout
    /// No connection to an upstream could be made.
    case connectFailure
    /// The upstream closed, reset or broke the protocol before the answer was complete.
    case upstreamFailure
    /// The client went away first; never counted against a version.
    case clientAborted
    /// The gateway itself lacked what the request needed (descriptors, memory, places in its own pool), or was told to
    /// stop: never counted against a version.
    case gatewayFailure
    /// The version had as many requests in flight as its settings allow, and no place came free in time. Says nothing about the
    /// requests it did serve, so it is no error; but a canary that can't take its share isn't promoted.
    case saturated

    /// The name in SQL, JSON and metrics.
    package var name: String {
        switch self {
        case .success: "success"
        case .clientError: "client_error"
        case .serverError: "server_error"
        case .timeout: "timeout"
        case .connectFailure: "connect_failure"
        case .upstreamFailure: "upstream_failure"
        case .clientAborted: "client_aborted"
        case .gatewayFailure: "gateway_failure"
        case .saturated: "saturated"
        }
    }

    /// Whether the version failed its client.
    package var isError: Bool {
        switch self {
        case .serverError, .timeout, .connectFailure, .upstreamFailure: true
        case .success, .clientError, .clientAborted, .gatewayFailure, .saturated: false
        }
    }
}

/// How many requests ended in each way.
package struct OutcomeCounts: Hashable, Sendable {
    private var counts: [Int64]

    package init() { self.counts = Array(repeating: 0, count: Outcome.allCases.count) }

    /// Counts in the order of `Outcome.allCases`; missing ones at the end are 0, so that old rows stay readable.
    package init(ordered counts: [Int64]) {
        self.init()
        for (index, count) in counts.enumerated() where index < self.counts.count { self.counts[index] = count }
    }

    package subscript(outcome: Outcome) -> Int64 {
        get { self.counts[outcome.rawValue] }
        set { self.counts[outcome.rawValue] = newValue }
    }

    package mutating func merge(_ other: OutcomeCounts) {
        for index in self.counts.indices { self.counts[index] += other.counts[index] }
    }

    /// In the order of `Outcome.allCases`.
    package var ordered: [Int64] { self.counts }
    package var total: Int64 { self.counts.reduce(0, +) }
    /// Requests that say something about the version's answers: all but those that the client or the gateway itself broke off, and
    /// those that never reached the version.
    package var judged: Int64 {
        self.total - self[.clientAborted] - self[.gatewayFailure] - self[.saturated]
    }
    package var errors: Int64 { Outcome.allCases.reduce(0) { $0 + ($1.isError ? self[$1] : 0) } }
    /// Errors among the judged requests; nil when there are none to judge.
    package var errorShare: Double? { self.judged > 0 ? Double(self.errors) / Double(self.judged) : nil }
}

extension OutcomeCounts: Codable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { self.stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    package init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: Key.self)
        for outcome in Outcome.allCases {
            self[outcome] = try container.decodeIfPresent(Int64.self, forKey: Key(outcome.name)) ?? 0
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for outcome in Outcome.allCases { try container.encode(self[outcome], forKey: Key(outcome.name)) }
    }
}

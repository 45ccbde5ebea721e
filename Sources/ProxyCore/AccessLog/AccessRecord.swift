package import RolloutCore

/// What the access log says of one request, as its event loop leaves it: numbers and references, no text yet.
package struct AccessRecord: Sendable {
    /// What is known of a request that a route took.
    package struct Routed: Sendable {
        let table: RouteTable
        let arm: Int
        let servingArm: Int
        let upstream: ArmUpstream?
        let outcome: Outcome

        /// - Parameters:
        ///   - arm: Index in the table's `arms` of the one that was chosen, which is the one that is counted.
        ///   - servingArm: Of the one that was to answer.
        ///   - upstream: The one that was tried last; nil when none was.
        package init(table: RouteTable, arm: Int, servingArm: Int, upstream: ArmUpstream?, outcome: Outcome) {
            self.table = table
            self.arm = arm
            self.servingArm = servingArm
            self.upstream = upstream
            self.outcome = outcome
        }
    }

    /// What was out of the ordinary; each has a field of its own.
    package struct Marks: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Stable answered because no connection to the canary could be made.
        package static let fallback = Marks(rawValue: 1)
        /// Stable answered because the canary failed or was late.
        package static let rescued = Marks(rawValue: 2)
        /// The client named the version.
        package static let pinned = Marks(rawValue: 4)
        /// The client's connection has TLS.
        package static let secure = Marks(rawValue: 8)
    }

    /// How long the stages took, in microseconds.
    package struct Durations: Equatable, Sendable {
        /// From the head of the request to a connection that carries it; nil when there was none.
        package var connect: Int64?
        /// From there to the head of the answer; nil when there was none.
        package var firstByte: Int64?
        /// From the head of the request to the end.
        package var total: Int64

        package init(connect: Int64? = nil, firstByte: Int64? = nil, total: Int64) {
            self.connect = connect
            self.firstByte = firstByte
            self.total = total
        }

        package init(_ times: ExchangeTimes, endingAt end: LoopTime) {
            self.total = end.microseconds(since: times.startedAt)
            self.connect = times.sentAt?.microseconds(since: times.startedAt)
            guard let sentAt = times.sentAt, let answeredAt = times.answeredAt else { return }
            self.firstByte = answeredAt.microseconds(since: sentAt)
        }
    }

    /// When the head of the request was complete.
    package var startedAt: Timestamp
    /// nil for a request whose head was refused.
    package var id: RequestID?
    /// nil for a request that no route took.
    package var routed: Routed?
    /// Of what the client got; 0 for nothing.
    package var status: Int
    /// Bytes of bodies, chunk marks included.
    package var bytesIn: Int64
    package var bytesOut: Int64
    package var durations: Durations
    package var marks: Marks
    /// Why the gateway answered itself, when it did.
    package var problem: GatewayProblem?
    /// What it said beyond that.
    package var detail: StaticString?

    package init(
        startedAt: Timestamp,
        id: RequestID?,
        routed: Routed? = nil,
        status: Int,
        bytesIn: Int64 = 0,
        bytesOut: Int64 = 0,
        durations: Durations,
        marks: Marks = [],
        problem: GatewayProblem? = nil,
        detail: StaticString? = nil
    ) {
        self.startedAt = startedAt
        self.id = id
        self.routed = routed
        self.status = status
        self.bytesIn = bytesIn
        self.bytesOut = bytesOut
        self.durations = durations
        self.marks = marks
        self.problem = problem
        self.detail = detail
    }
}

import HTTPWire
import ProxyCore
import RolloutCore
import Sockets

// MARK: - The access log

extension ClientConnection {
    /// Leaves a record of a request that a route took, unless it is none of the sample. Its head is still in `head`.
    func log(_ request: ClientRequest, endingAt end: LoopTime) {
        let loop = self.loop
        let outcome = request.outcome ?? .gatewayFailure
        let status = request.problem?.rawValue ?? request.times.status
        guard loop.accessLog?.keeps(outcome, status: status, random: &loop.random) == true else { return }
        var marks = self.logMarks
        if request.isPinned { marks.insert(.pinned) }
        switch request.substitution {
        case .none: break
        case .fallback: marks.insert(.fallback)
        case .rescue: marks.insert(.rescued)
        }
        let record = AccessRecord(
            startedAt: loop.wallTime(of: request.times.startedAt),
            id: request.id,
            routed: AccessRecord.Routed(
                table: request.table.table,
                arm: request.arm,
                servingArm: request.servingArm,
                upstream: request.target,
                outcome: outcome
            ),
            status: status,
            bytesIn: Int64(request.bodyBytes),
            bytesOut: Int64(request.answerBytes),
            durations: AccessRecord.Durations(request.times, endingAt: end),
            marks: marks,
            problem: request.problem,
            detail: request.problemDetail
        )
        let kept = self.head
        let head = kept.octets
        let began = request.beganTrace?.traceDigits ?? []
        loop.accessLog?.add(
            record,
            client: self.address,
            method: head.extracting(request.methodName.bounds),
            path: head.extracting(request.path.bounds),
            trace: began.isEmpty ? head.extracting(head.traceID(in: request.trace)) : began.octets
        )
    }

    /// Leaves a record of a request that the gateway answered without a route.
    ///
    /// - Parameter isParsed: Its head is in `head`, and parsed into the loop's `requestHead`.
    func logUnrouted(_ problem: GatewayProblem, _ detail: StaticString, id: RequestID, isParsed: Bool) {
        let loop = self.loop
        guard loop.accessLog?.keeps(nil, status: problem.rawValue, random: &loop.random) == true else { return }
        let record = AccessRecord(
            startedAt: loop.wallTime(of: TrafficLoop.now()),
            id: id,
            status: problem.rawValue,
            durations: AccessRecord.Durations(total: 0),
            marks: self.logMarks,
            problem: problem,
            detail: detail
        )
        let kept = self.head
        let source = kept.octets
        loop.accessLog?.add(
            record,
            client: self.address,
            method: isParsed ? source.extracting(loop.requestHead.methodName.bounds) : RawSpan(),
            path: isParsed ? source.extracting(loop.requestHead.target.path.bounds) : RawSpan(),
            trace: RawSpan()
        )
    }

    private var logMarks: AccessRecord.Marks { self.isSecure ? .secure : [] }
}

extension RawSpan {
    /// Where the trace's id is, when a `traceparent` has this value; empty when it is no such thing (W3C Trace Context
    /// section 3.2).
    fileprivate func traceID(in value: ByteRange) -> Range<Int> {
        let start = Int(value.start)
        guard value.count >= 55, self.byte(at: start + 2) == UInt8(ascii: "-"),
            self.byte(at: start + 35) == UInt8(ascii: "-")
        else { return 0..<0 }
        let digits = (start + 3)..<(start + 35)
        return digits.allSatisfy { self.byte(at: $0).isLowercaseDigit } ? digits : 0..<0
    }
}

extension UInt8 {
    fileprivate var isLowercaseDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
    }
}

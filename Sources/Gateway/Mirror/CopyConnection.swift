import HTTPWire
import ProxyCore
import RolloutCore
import Sockets

/// One connection to a canary that carries copies, one at a time, and throws the answers away.
///
/// Apart from the connections of clients' requests: what a copy does to its connection is never felt by one of them.
final class CopyConnection: StreamOwner {
    private enum Phase {
        case idle
        /// Waits for the head of an answer. Interim heads are counted.
        case awaitingHead(interim: Int)
        case discardingBody
        case closed
    }

    /// How many interim answers (1xx) one copy may get.
    private static let interimLimit = 16

    let upstream: PooledUpstream
    private let socket: StreamSocket
    private let loop: TrafficLoop
    private var phase = Phase.idle
    private var copy: RequestCopy?
    private var hasCarriedCopies = false
    private var hasAnswerBytes = false
    private var partial = PartialHead()
    private var unread: [UInt8] = []
    private var body = BodyFraming.finished
    private var isPersistent = false
    /// Since when nothing is asked.
    private(set) var idleSince = LoopTime.never

    init(_ socket: StreamSocket, loop: TrafficLoop, upstream: PooledUpstream) {
        self.socket = socket
        self.loop = loop
        self.upstream = upstream
    }

    func start() { self.socket.start(self) }

    var isOpen: Bool { self.socket.isOpen }

    func send(_ copy: RequestCopy, to target: ArmUpstream) {
        self.copy = copy
        copy.connection = self
        self.phase = .awaitingHead(interim: 0)
        self.hasAnswerBytes = false
        self.partial.reset()
        self.unread = []
        copy.times.sentAt = TrafficLoop.now()
        copy.times.completedAt = copy.times.sentAt
        copy.deadline = self.loop.tickTime.adding(microseconds: self.loop.limits.firstByte)
        let (head, body) = (copy.head, copy.body)
        _ = self.loop.requestHead.parse(head.octets, limits: self.loop.configuration.limits.head)
        let message = OutgoingRequest(
            matching: copy.matching,
            target: target,
            id: copy.id,
            trace: copy.trace,
            mark: "x-serin-mirrored: true"
        )
        self.loop.send(message, by: copy.hop, source: head.octets, before: body.octets, on: self.socket)
    }

    func close() {
        self.copy = nil
        self.phase = .closed
        self.socket.close()
    }

    // MARK: Socket events

    func received(_ bytes: RawSpan) {
        switch self.phase {
        case .closed: return
        case .idle: self.close()  // Nobody asked.
        case .awaitingHead:
            self.hasAnswerBytes = true
            var waiting = self.unread
            self.unread = []
            waiting.append(contentsOf: bytes)
            self.takeHeads(waiting)
        case .discardingBody: self.discard(bytes)
        }
    }

    func writabilityChanged() {}

    func closed(_ end: StreamEnd) {
        let before = self.phase
        self.phase = .closed
        self.loop.copies.forget(self)
        guard let copy = self.copy else { return }
        self.copy = nil
        switch before {
        case .discardingBody where self.body.endsAtClose && end == .ended:
            self.loop.copies.answered(copy, Outcome(status: copy.times.status), self.loop)
        case .awaitingHead where self.hasCarriedCopies && !self.hasAnswerBytes:
            // The server had closed it unseen: that is no answer.
            self.loop.copies.sendAgain(copy, self.loop)
        case .idle, .closed, .awaitingHead, .discardingBody:
            self.loop.copies.answered(copy, .upstreamFailure, self.loop)
        }
    }

    // MARK: The answer

    private func takeHeads(_ waiting: [UInt8]) {
        let bytes = waiting.octets
        let limits = self.loop.configuration.limits.head
        var offset = 0
        while let copy = self.copy, case .awaitingHead(let interim) = self.phase, offset < bytes.byteCount {
            let rest = bytes.extracting(offset..<bytes.byteCount)
            guard self.partial.isWorthParsing(rest, limits: limits) else { return self.unread.append(contentsOf: rest) }
            switch self.loop.responseHead.parse(rest, limits: limits) {
            case .needsMore: return self.unread.append(contentsOf: rest)
            case .invalid: return self.fail(copy)
            case .complete(let length):
                self.partial.reset()
                offset += length
                guard self.loop.responseHead.isInterim else {
                    self.takeFinal(copy, bytes.extracting(offset..<bytes.byteCount))
                    return
                }
                guard self.loop.responseHead.status != 101, interim < Self.interimLimit else { return self.fail(copy) }
                self.phase = .awaitingHead(interim: interim + 1)
            }
        }
    }

    private func takeFinal(_ copy: RequestCopy, _ rest: RawSpan) {
        self.body = BodyFraming(self.loop.responseHead.bodyLength(answering: copy.method))
        self.isPersistent = self.loop.responseHead.isPersistent(answering: copy.method)
        copy.times.status = self.loop.responseHead.status
        copy.times.answeredAt = TrafficLoop.now()
        self.phase = .discardingBody
        self.discard(rest)
    }

    private func discard(_ bytes: RawSpan) {
        guard let copy = self.copy else { return }
        copy.deadline = self.loop.tickTime.adding(microseconds: self.loop.limits.responseIdle)
        switch self.body.consume(bytes, from: 0) {
        case .needsMore: break
        case .invalid: self.fail(copy)
        case .complete(let end):
            let isReusable = self.isPersistent && end == bytes.byteCount && self.socket.pendingBytes == 0 && self.isOpen
            self.copy = nil
            self.hasCarriedCopies = true
            if isReusable {
                self.phase = .idle
                self.idleSince = self.loop.tickTime
                self.loop.copies.keep(self)
            } else {
                self.close()
            }
            self.loop.copies.answered(copy, Outcome(status: copy.times.status), self.loop)
        }
    }

    private func fail(_ copy: RequestCopy) {
        self.close()
        self.loop.copies.answered(copy, .upstreamFailure, self.loop)
    }
}

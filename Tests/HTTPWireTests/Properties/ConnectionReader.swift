import HTTPWire

/// Reads messages off a connection as a gateway does: bytes arrive up to one cut after the other, a head that is not
/// complete is looked at again when more has come, and a body is followed piece by piece.
struct ConnectionReader: ~Copyable {
    /// Which side's messages are read.
    enum Side {
        case requests
        /// All of them answer requests with this method.
        case responses(RequestMethod)
    }

    private let side: Side
    private let limits: HeadLimits
    private var requestHead = RequestHead()
    private var responseHead = ResponseHead()
    private var partial = PartialHead()
    private var framing: BodyFraming?
    private var offset = 0
    private var messageStart = 0
    private var reading = ConnectionReading()

    init(_ side: Side, limits: HeadLimits) {
        self.side = side
        self.limits = limits
    }

    /// Reads `bytes`, of which the first `cut` arrive together, for each of the ascending `cuts`, and then the rest.
    static func read(_ bytes: RawSpan, _ side: Side, cuts: [Int], limits: HeadLimits) -> ConnectionReading {
        var reader = ConnectionReader(side, limits: limits)
        for cut in cuts where cut < bytes.byteCount { reader.take(bytes.extracting(0..<cut)) }
        reader.take(bytes)
        return reader.reading
    }

    private mutating func take(_ arrived: RawSpan) {
        while self.reading.ending == .needsMore {
            if self.framing == nil {
                guard self.takeHead(arrived) else { return }
            }
            guard self.takeBody(arrived) else { return }
        }
    }

    /// - Returns: Whether there is a body to be read now.
    private mutating func takeHead(_ arrived: RawSpan) -> Bool {
        let bytes = arrived.extracting(self.messageStart..<arrived.byteCount)
        guard bytes.byteCount > 0, self.partial.isWorthParsing(bytes, limits: self.limits) else { return false }
        switch self.parse(bytes) {
        case .needsMore: return false
        case .invalid(let defect):
            self.reading.ending = .refused(defect)
            return false
        case .complete(let length):
            self.partial.reset()
            let head = self.facts(of: bytes)
            self.framing = BodyFraming(head.bodyLength)
            self.reading.unfinished = ReadMessage(head: head)
            self.offset = self.messageStart + length
            return true
        }
    }

    private mutating func parse(_ bytes: RawSpan) -> HeadProgress {
        switch self.side {
        case .requests: self.requestHead.parse(bytes, limits: self.limits)
        case .responses: self.responseHead.parse(bytes, limits: self.limits)
        }
    }

    private func facts(of bytes: RawSpan) -> ReadHead {
        switch self.side {
        case .requests: self.requestHead.facts(of: bytes)
        case .responses(let method): self.responseHead.facts(of: bytes, answering: method)
        }
    }

    private var anotherFollows: Bool {
        switch self.side {
        case .requests: self.requestHead.isPersistent
        case .responses(let method):
            self.responseHead.isInterim || self.responseHead.isPersistent(answering: method)
        }
    }

    /// - Returns: Whether the body has ended and another message may be read.
    private mutating func takeBody(_ arrived: RawSpan) -> Bool {
        while true {
            switch self.framing?.nextPiece(of: arrived, from: self.offset) {
            case nil: return true
            case .needsMore:
                self.offset = arrived.byteCount
                return false
            case .content(let range):
                self.reading.unfinished?.content += arrived.extracting(range.bounds).array
                self.offset = range.end
            case .invalid(let defect):
                self.reading.ending = .refused(defect)
                return false
            case .complete(let end):
                self.complete(at: end)
                return true
            }
        }
    }

    private mutating func complete(at end: Int) {
        guard var message = self.reading.unfinished else { return }
        message.length = end - self.messageStart
        self.reading.unfinished = nil
        self.reading.messages.append(message)
        self.framing = nil
        self.messageStart = end
        if !self.anotherFollows { self.reading.ending = .closed }
    }
}

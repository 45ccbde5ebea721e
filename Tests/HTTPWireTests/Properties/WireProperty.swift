import HTTPWire

/// What holds for every run of bytes. The fuzzer looks for bytes that break one of these; the tests try the bytes that
/// were worth keeping.
enum WireProperty: String, CaseIterable {
    /// The messages on a connection are the same wherever their bytes are cut; each head is what the plain reading says.
    case requests
    /// The same for answers; the first byte chooses the method that they answer.
    case responses
    /// A chunked body is the same wherever it is cut, and what the plain reading says.
    case chunks
    /// What a request is rewritten to is one clean message that means the same; the first byte chooses the rules.
    case rewrite

    /// Small, so that short inputs reach them.
    static let limits = HeadLimits(headSize: 2_048, fieldCount: 24, targetSize: 256)

    /// What is wrong, in words; nil when the property holds for `bytes`.
    func fault(in bytes: [UInt8]) -> String? {
        switch self {
        case .requests:
            return Self.splitFault(bytes, .requests) ?? Self.requestHeadFault(bytes)
        case .responses:
            guard let first = bytes.first else { return nil }
            let rest = Array(bytes.dropFirst())
            return Self.splitFault(rest, .responses(Self.method(first))) ?? Self.responseHeadFault(rest)
        case .chunks: return Self.chunksFault(bytes)
        case .rewrite:
            guard let first = bytes.first else { return nil }
            return RewrittenRequest.fault(Array(bytes.dropFirst()), choice: first)
        }
    }

    static func method(_ choice: UInt8) -> RequestMethod {
        switch choice % 3 {
        case 0: .get
        case 1: .head
        case _: .post
        }
    }

    // MARK: Cuts

    private static func splitFault(_ bytes: [UInt8], _ side: ConnectionReader.Side) -> String? {
        let whole = ConnectionReader.read(bytes.span.bytes, side, cuts: [], limits: self.limits)
        for cuts in self.cuts(of: bytes) {
            let pieces = ConnectionReader.read(bytes.span.bytes, side, cuts: cuts, limits: self.limits)
            if pieces != whole { return "cut at \(cuts): \(pieces), whole: \(whole)" }
        }
        return nil
    }

    /// A few ways to cut, drawn from the bytes themselves so that a fault can be seen again.
    static func cuts(of bytes: [UInt8]) -> [[Int]] {
        guard bytes.count > 1 else { return [] }
        var random = SplitMix(state: UInt64(bytes.count))
        for byte in bytes { random.state = random.state &* 31 &+ UInt64(byte) }
        let two = (0..<2).map { _ in Int.random(in: 1..<bytes.count, using: &random) }.sorted()
        let many = (1..<bytes.count).filter { _ in Bool.random(using: &random) }
        return [[two[0]], two, bytes.count <= 256 ? Array(1..<bytes.count) : many]
    }

    // MARK: Heads

    private static func requestHeadFault(_ bytes: [UInt8]) -> String? {
        var head = RequestHead()
        let progress = head.parse(bytes.span.bytes, limits: self.limits)
        let plain = PlainHead.request(bytes, limits: self.limits)
        switch (progress, plain) {
        case (.complete, .accepted(let expected)):
            let found = head.facts(of: bytes.span.bytes)
            guard expected.start == found.start, expected.isVersion10 == found.isVersion10,
                expected.fields == found.fields, expected.length == found.length,
                found.bodyLength == (expected.isChunked ? .chunked : .init(expected.contentLength ?? 0))
            else { return "found \(found), expected \(expected)" }
            return nil
        case (.invalid, .refused), (.invalid, .unended), (.needsMore, .unended): return nil
        case (.complete, _), (.invalid, _), (.needsMore, _): return "\(progress), expected \(plain)"
        }
    }

    private static func responseHeadFault(_ bytes: [UInt8]) -> String? {
        var head = ResponseHead()
        let progress = head.parse(bytes.span.bytes, limits: self.limits)
        let plain = PlainHead.response(bytes, limits: self.limits)
        switch (progress, plain) {
        case (.complete, .accepted(let expected)):
            let found = head.facts(of: bytes.span.bytes, answering: .get)
            guard expected.start == found.start, expected.isVersion10 == found.isVersion10,
                expected.fields == found.fields, expected.length == found.length
            else { return "found \(found), expected \(expected)" }
            return nil
        case (.invalid, .refused), (.invalid, .unended), (.needsMore, .unended): return nil
        case (.complete, _), (.invalid, _), (.needsMore, _): return "\(progress), expected \(plain)"
        }
    }

    // MARK: Bodies

    private static func chunksFault(_ bytes: [UInt8]) -> String? {
        let whole = self.followChunks(bytes, cuts: [])
        for cuts in self.cuts(of: bytes) {
            let pieces = self.followChunks(bytes, cuts: cuts)
            if pieces != whole { return "cut at \(cuts): \(pieces), whole: \(whole)" }
        }
        var framing = BodyFraming(.chunked)
        guard framing.consume(bytes.span.bytes, from: 0) == whole.progress else { return "consume differs from pieces" }
        let plain = PlainChunks.read(bytes)
        switch (whole.progress, plain) {
        case (.complete(let end), .complete(let content, let expectedEnd)) where end == expectedEnd:
            return whole.content == content ? nil : "content \(whole.content), expected \(content)"
        case (.invalid, .refused), (.invalid, .unended), (.needsMore, .unended): return nil
        case (.complete, _), (.invalid, _), (.needsMore, _): return "\(whole.progress), expected \(plain)"
        }
    }

    private static func followChunks(
        _ bytes: [UInt8],
        cuts: [Int]
    ) -> (progress: BodyFraming.Progress, content: [UInt8]) {
        var framing = BodyFraming(.chunked)
        var content: [UInt8] = []
        var offset = 0
        for cut in cuts + [bytes.count] {
            let arrived = bytes.span.bytes.extracting(0..<cut)
            pieces: while true {
                switch framing.nextPiece(of: arrived, from: offset) {
                case .content(let range):
                    content += arrived.extracting(range.bounds).array
                    offset = range.end
                case .needsMore:
                    offset = cut
                    break pieces
                case .complete(let end): return (.complete(end: end), content)
                case .invalid(let defect): return (.invalid(defect), content)
                }
            }
        }
        return (.needsMore, content)
    }
}

extension BodyLength {
    fileprivate init(_ count: Int) { self = count == 0 ? .none : .exactly(count) }
}

import HTTPWire

/// The octets of a text whose characters are all below U+0100.
func octets(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

func text(_ bytes: some Sequence<UInt8>) -> String {
    String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
}

extension [UInt8] {
    /// An array that `write` fills through raw memory, with exactly `capacity` bytes of room.
    init(capacity: Int, _ write: (inout OutputRawSpan) -> Void) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)
        defer { memory.deallocate() }
        var output = OutputRawSpan(buffer: memory, initializedCount: 0)
        write(&output)
        let count = output.finalize(for: memory)
        self.init(memory[..<count])
    }
}

/// A generator whose runs can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var z = self.state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// What a whole request on one connection amounts to.
enum RequestReading: Equatable {
    case head(HeadProgress)
    case body(BodyFraming.Progress, headLength: Int, content: String)
}

/// Reads one request that arrives in pieces which end at `cuts`, as a connection would.
func readRequest(_ bytes: [UInt8], cuts: [Int] = [], limits: HeadLimits = HeadLimits()) -> RequestReading {
    var head = RequestHead()
    var partial = PartialHead()
    var framing: BodyFraming?
    var headLength = 0
    var offset = 0
    var content: [UInt8] = []
    var last = HeadProgress.needsMore
    for cut in cuts + [bytes.count] {
        let arrived = Array(bytes[..<cut])
        if framing == nil {
            guard partial.isWorthParsing(arrived.span.bytes, limits: limits) else { continue }
            last = head.parse(arrived.span.bytes, limits: limits)
            switch last {
            case .needsMore: continue
            case .invalid: return .head(last)
            case .complete(let length):
                framing = BodyFraming(head.bodyLength)
                headLength = length
                offset = length
            }
        }
        pieces: while true {
            switch framing!.nextPiece(of: arrived.span.bytes, from: offset) {
            case .content(let range):
                content += arrived[range.bounds]
                offset = range.end
            case .needsMore:
                offset = cut
                break pieces
            case .complete(let end):
                return .body(.complete(end: end), headLength: headLength, content: text(content))
            case .invalid(let defect):
                return .body(.invalid(defect), headLength: headLength, content: "")
            }
        }
    }
    return framing == nil ? .head(last) : .body(.needsMore, headLength: headLength, content: text(content))
}

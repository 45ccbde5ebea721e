/// Reads a client's byte stream and lets only well-formed requests through to libmicrohttpd.
///
/// libmicrohttpd 0.9.75 accepts `Content-Length` beside `Transfer-Encoding`, differing lengths, bare LF, folded lines
/// and loose chunk framing, so nothing reaches it unchecked: a head is held until it is complete and valid, then
/// passed on byte for byte; a body is passed on as it comes; chunk extensions and trailers are dropped.
/// Not judged here: names and values of other fields, dot segments and encoded slashes in the path, and whether the
/// method has a meaning. At most one empty line before a request line is ignored.
///
/// A refusal travels in the same stream, so that answers keep the order of their requests: a bad head becomes a
/// request with the method `!refused`, a bad chunked body ends early with a trailer. Everything after it is ignored.
struct RequestGate {
    /// The method and the field that carry a refusal; no client can send the trailer, and sending the method itself
    /// only refuses the sender.
    static let refusalMethod = "!refused"
    static let refusalField = "x-refusal"

    private enum State: Equatable {
        case head
        case body(remaining: Int)
        case chunkSize
        case chunkData(remaining: Int)
        case chunkEnd
        case trailers
        case refused
    }

    private static let maxChunkLineBytes = 256

    private let limits: RequestLimits
    private var state = State.head
    /// The unit under judgement: a head, a chunk's size line, a chunk's line ending, or the trailers.
    private var held: [UInt8] = []
    /// Bytes of the current chunked body that were announced so far.
    private var chunkedBytes = 0

    init(limits: RequestLimits) {
        self.limits = limits
    }

    /// Whether a request has begun and its last byte has not come.
    var isInsideRequest: Bool { state != .refused && !(state == .head && held.isEmpty) }

    /// Takes what the client sent and appends what libmicrohttpd may see; any split of the stream gives the same.
    mutating func consume(_ input: UnsafeRawBufferPointer, into output: inout [UInt8]) {
        var rest = input[...]
        while !rest.isEmpty {
            switch state {
            case .head, .chunkSize, .chunkEnd, .trailers:
                hold(rest.removeFirst(), into: &output)
            case .body(let remaining):
                let taken = pass(remaining, of: &rest, into: &output)
                state = taken == remaining ? .head : .body(remaining: remaining - taken)
            case .chunkData(let remaining):
                let taken = pass(remaining, of: &rest, into: &output)
                state = taken == remaining ? .chunkEnd : .chunkData(remaining: remaining - taken)
            case .refused:
                return
            }
        }
    }

    private func pass(_ count: Int, of rest: inout Slice<UnsafeRawBufferPointer>, into output: inout [UInt8]) -> Int {
        let taken = min(count, rest.count)
        output.append(contentsOf: rest.prefix(taken))
        rest.removeFirst(taken)
        return taken
    }

    private mutating func hold(_ byte: UInt8, into output: inout [UInt8]) {
        let followsReturn = held.last == ASCII.carriageReturn
        held.append(byte)
        guard followsReturn == (byte == ASCII.lineFeed) else {
            refuse(state == .chunkEnd ? .invalidChunk : .bareLineEnding, into: &output)
            return
        }
        switch state {
        case .head: judgeHead(endsLine: followsReturn, into: &output)
        case .chunkSize: judgeChunkSize(endsLine: followsReturn, into: &output)
        case .chunkEnd: judgeChunkEnd(endsLine: followsReturn, into: &output)
        case .trailers: judgeTrailers(endsLine: followsReturn, into: &output)
        case .body, .chunkData, .refused: break
        }
    }

    private mutating func judgeHead(endsLine: Bool, into output: inout [UInt8]) {
        guard endsLine else {
            if held.count > limits.maxHeaderBytes { refuse(oversizeRefusal, into: &output) }
            return
        }
        // One empty line before a request line is ignored (RFC 9112, section 2.2).
        if held.count == 2 { return }
        if held.count == 4, held[0] == ASCII.carriageReturn {
            refuse(.malformedRequestLine, into: &output)
            return
        }
        guard held.suffix(4).elementsEqual("\r\n\r\n".utf8) else { return }
        let head = held[(held[0] == ASCII.carriageReturn ? 2 : 0)...]
        switch RequestHeadRules(limits: limits).verdict(on: head.dropLast(2)) {
        case .refused(let refusal):
            refuse(refusal, into: &output)
            return
        case .body(let length):
            state = length == 0 ? .head : .body(remaining: length)
        case .chunkedBody:
            state = .chunkSize
            chunkedBytes = 0
        }
        output.append(contentsOf: head)
        held.removeAll(keepingCapacity: true)
    }

    /// A head without any line ending yet is one long request line, and that is its target's fault.
    private var oversizeRefusal: Refusal {
        held.dropFirst(2).contains(ASCII.lineFeed) ? .headTooLarge : .targetTooLong
    }

    private mutating func judgeChunkSize(endsLine: Bool, into output: inout [UInt8]) {
        guard endsLine else {
            if held.count > Self.maxChunkLineBytes { refuse(.invalidChunk, into: &output) }
            return
        }
        let line = held.dropLast(2)
        let digits = line.prefix { $0 != ASCII.semicolon }
        guard (1...15).contains(digits.count), line.allSatisfy(ASCII.isFieldValueByte),
            let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), digits.first != UInt8(ascii: "+"),
            digits.first != UInt8(ascii: "-")
        else {
            refuse(.invalidChunk, into: &output)
            return
        }
        guard size <= limits.maxBodyBytes - chunkedBytes else {
            refuse(.bodyTooLarge, into: &output)
            return
        }
        held.removeAll(keepingCapacity: true)
        chunkedBytes += size
        if size == 0 {
            state = .trailers
        } else {
            output.append(contentsOf: "\(String(size, radix: 16))\r\n".utf8)
            state = .chunkData(remaining: size)
        }
    }

    private mutating func judgeChunkEnd(endsLine: Bool, into output: inout [UInt8]) {
        if endsLine {
            output.append(contentsOf: held)
            held.removeAll(keepingCapacity: true)
            state = .chunkSize
        } else if held != [ASCII.carriageReturn] {
            refuse(.invalidChunk, into: &output)
        }
    }

    private mutating func judgeTrailers(endsLine: Bool, into output: inout [UInt8]) {
        if held.count > limits.maxHeaderBytes { return refuse(.headTooLarge, into: &output) }
        guard endsLine, held.count == 2 || held.suffix(4).elementsEqual("\r\n\r\n".utf8) else { return }
        for line in held.split(separator: ASCII.carriageReturn).map({ $0.drop { $0 == ASCII.lineFeed } })
        where !line.isEmpty {
            do throws(Refusal) {
                _ = try FieldLine(parsing: line)
            } catch {
                return refuse(error, into: &output)
            }
        }
        output.append(contentsOf: "0\r\n\r\n".utf8)
        held.removeAll(keepingCapacity: true)
        state = .head
    }

    private mutating func refuse(_ refusal: Refusal, into output: inout [UInt8]) {
        let field = "\(Self.refusalField): \(refusal.rawValue)\r\n"
        switch state {
        case .head:
            let line = "\(Self.refusalMethod) / HTTP/1.1\r\nHost: refused\r\n"
            output.append(contentsOf: "\(line)\(field)Connection: close\r\n\r\n".utf8)
        case .chunkEnd:
            output.append(contentsOf: "\r\n0\r\n\(field)\r\n".utf8)
        case .chunkSize, .trailers:
            output.append(contentsOf: "0\r\n\(field)\r\n".utf8)
        case .body, .chunkData, .refused:
            break
        }
        held.removeAll()
        state = .refused
    }
}

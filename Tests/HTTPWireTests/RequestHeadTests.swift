import HTTPWire
import Testing

@Suite("Request heads")
struct RequestHeadTests {
    @Test(
        "A request is read as the RFC says, or refused for the right reason",
        arguments: RequestCase.accepted + RequestCase.refused + RequestCase.disguises
    )
    func reading(_ example: RequestCase) {
        #expect(readRequest(octets(example.request)) == example.expected)
    }

    @Test(
        "Wherever the bytes are cut, the result is the same",
        arguments: RequestCase.accepted + RequestCase.refused + RequestCase.disguises
    )
    func splitting(_ example: RequestCase) {
        let bytes = octets(example.request)
        for cut in 1..<bytes.count {
            #expect(readRequest(bytes, cuts: [cut]) == example.expected, "cut at \(cut)")
        }
        #expect(readRequest(bytes, cuts: Array(1..<bytes.count)) == example.expected, "byte by byte")
    }

    @Test("Every prefix of an accepted request needs more", arguments: RequestCase.accepted)
    func prefixes(_ example: RequestCase) {
        guard case .body(.complete(let end), let headLength, _) = example.expected else { return }
        let bytes = octets(example.request)
        for count in 1..<end {
            let reading = readRequest(Array(bytes[..<count]))
            if count < headLength {
                #expect(reading == .head(.needsMore))
            } else if case .body(.needsMore, _, _) = reading {
            } else {
                Issue.record("\(count) bytes give \(reading)")
            }
        }
    }

    @Test("Limits hold by position, with their own reasons")
    func limits() {
        let limits = HeadLimits(headSize: 64, fieldCount: 2, targetSize: 10)
        let cases: [(String, RequestReading)] = [
            ("GET /123456789 HTTP/1.1\r\nHost: h\r\n\r\n", .body(.complete(end: 36), headLength: 36, content: "")),
            ("GET /1234567890 HTTP/1.1\r\nHost: h\r\n\r\n", .head(.invalid(.targetTooLong))),
            ("GET / HTTP/1.1\r\nHost: h\r\nA: \(String(repeating: "a", count: 40))", .head(.invalid(.headTooLarge))),
            ("GET / HTTP/1.1\r\nHost: h\r\nA: 1\r\nB: 2\r\n\r\n", .head(.invalid(.tooManyFields))),
            (String(repeating: "G", count: 64), .head(.invalid(.targetTooLong))),
        ]
        for (request, expected) in cases {
            #expect(readRequest(octets(request), limits: limits) == expected, "\(request)")
        }
    }

    @Test("Connection values that would be costly to look through are refused, in one line or in several")
    func longConnection() {
        let line = { (count: Int) in "Connection: \(String(repeating: "a", count: count))\r\n" }
        let reading = { (lines: String) in readRequest(octets("GET / HTTP/1.1\r\nHost: h\r\n\(lines)\r\n")) }
        #expect(reading(line(1_024)) == .body(.complete(end: 1_065), headLength: 1_065, content: ""))
        #expect(reading(line(1_025)) == .head(.invalid(.headTooLarge)))
        #expect(reading(line(1_024) + line(1)) == .head(.invalid(.headTooLarge)))
    }

    @Test("Mutated requests never crash and read the same however they are cut", arguments: [1, 2, 3] as [UInt64])
    func mutation(seed: UInt64) {
        var random = SplitMix(state: seed)
        let corpus = (RequestCase.accepted + RequestCase.refused).map { octets($0.request) }
        let alphabet = octets("\r\n\t :;,0129aAfFgG/\0\u{7F}\u{80}\u{FF}chunked?*#[]%")
        for round in 0..<3_000 {
            var bytes = corpus.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = alphabet.randomElement(using: &random)!
                case 1: bytes.insert(alphabet.randomElement(using: &random)!, at: index)
                case 2 where bytes.count > 2: bytes.remove(at: index)
                case _: bytes[index] = UInt8.random(in: 0...255, using: &random)
                }
            }
            bytes += octets("\r\n\r\n")
            let cut = Int.random(in: 1..<bytes.count, using: &random)
            #expect(readRequest(bytes, cuts: [cut]) == readRequest(bytes), "seed \(seed) round \(round) cut \(cut)")
        }
    }

    @Test("A long head that comes in single bytes is parsed once per line")
    func slowPeer() {
        let start = "GET / HTTP/1.1\r\nHost: h\r\nA: \(String(repeating: "a", count: 300))"
        let bytes = octets(start + "\r\nB: 1\r\n\r\n")
        var partial = PartialHead()
        var attempts: [Int] = []
        for count in start.utf8.count...bytes.count
        where partial.isWorthParsing(Array(bytes[..<count]).span.bytes, limits: HeadLimits()) {
            attempts.append(count - start.utf8.count)
        }
        #expect(attempts == [0, 2, 8, 10])
    }

    @Test("What is no HTTP at all is refused without waiting for the end of a line")
    func noLine() {
        #expect(readRequest(octets("\u{16}\u{3}\u{1}\u{2}")) == .head(.invalid(.malformedStartLine)))
        #expect(readRequest(octets("GET /\u{1}")) == .head(.invalid(.malformedTarget)))
        // Further on the end of the line is waited for, so that the answer is the same however the bytes come.
        let far = octets("GET /" + String(repeating: "a", count: 300) + "\u{1}")
        #expect(readRequest(far) == .head(.needsMore))
        #expect(readRequest(far + octets("\n")) == .head(.invalid(.malformedTarget)))
    }

    @Test(
        "A target is plain when every server sees the same segments in it",
        arguments: [
            ("/a/b-c.d/e:f", true), ("/", true), ("/a?b=%2e//./\\", true), ("/abcdefg/h?/../", true),
            ("/%61", false), ("/a//b", false), ("/a/./b", false), ("/a/.b", false), ("/abcdefg/.", false),
            ("/abcdef/./longer/than/a/word", false), ("/abcdefg//longer", false), ("/a\\b", false), ("//", false),
            ("/abcdefgh/ijklmnop%", false), ("http://a/b//c", false), ("http://a.b.c/d", true),
        ]
    )
    func plainTarget(_ target: String, _ isPlain: Bool) {
        var head = RequestHead()
        let request = octets("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(head.parse(request.span.bytes, limits: HeadLimits()) == .complete(length: request.count))
        #expect(head.target.isPlain == isPlain)
    }
}

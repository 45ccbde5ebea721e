import Testing

@testable import MicroHTTP

@Suite("RequestGate")
struct RequestGateTests {
    private static let limits = RequestLimits(
        maxTargetBytes: 512,
        maxHeaderBytes: 4_096,
        maxHeaderCount: 20,
        maxBodyBytes: 1_024
    )

    @Test("Good requests pass byte for byte, without chunk extensions and trailers")
    func passing() {
        let plain = "POST /x HTTP/1.1\r\nHost: a\r\nX-Odd:  b \r\nContent-Length: 3\r\n\r\nabc"
        let chunkedHead = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

        let output = Self.output(of: [
            "\r\n" + plain + chunkedHead + "00A;x=y\r\n0123456789\r\n0\r\nX: y\r\n\r\n" + plain
        ])

        #expect(output == plain + chunkedHead + "a\r\n0123456789\r\n0\r\n\r\n" + plain)
    }

    @Test("Nothing of a refused head passes, and nothing that follows it")
    func refusing() {
        let good = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

        let output = Self.output(of: [good + "POST /steal HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + good])

        let refusal = Refusal.invalidHost.rawValue
        #expect(
            output == good
                + "!refused / HTTP/1.1\r\nHost: refused\r\nx-refusal: \(refusal)\r\nConnection: close\r\n\r\n"
        )
    }

    @Test(
        "The stream's split makes no difference",
        arguments: (StrictnessCase.lines + StrictnessCase.fields + StrictnessCase.chunks).filter {
            $0.request.utf8.count < 200
        }
    )
    func splits(_ example: StrictnessCase) {
        let bytes = Array(example.request.utf8)
        let whole = Self.output(of: [bytes])

        for split in 1..<bytes.count {
            #expect(Self.output(of: [Array(bytes[..<split]), Array(bytes[split...])]) == whole)
        }
    }

    @Test("Mutated streams never let a line through that RFC 9112 forbids", arguments: [UInt64(1), 20_261_121])
    func mutations(seed: UInt64) {
        var random = SeededGenerator(state: seed)
        let corpus = (StrictnessCase.lines + StrictnessCase.fields + StrictnessCase.chunks).map {
            Array($0.request.utf8)
        }
        let alphabet = Array("\r\n\0 :;0aF%/\t".utf8)

        for _ in 0..<5_000 {
            var bytes = corpus.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = alphabet.randomElement(using: &random)!
            }
            let output = Array(Self.output(of: [bytes]).utf8)
            let head = output.prefix { _ in true }.split(
                separator: UInt8(ascii: "\n"),
                omittingEmptySubsequences: false
            )
            let lines = head.prefix { $0 != [0x0D] }.dropLast(output.isEmpty ? 1 : 0)
            let isClean = lines.allSatisfy { $0.last == 0x0D && !$0.dropLast().contains(0x0D) && !$0.contains(0) }
            #expect(isClean, "seed \(seed): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
    }

    private static func output(of parts: [String]) -> String {
        output(of: parts.map { Array($0.utf8) })
    }

    private static func output(of parts: [[UInt8]]) -> String {
        var gate = RequestGate(limits: limits)
        var output: [UInt8] = []
        for part in parts { part.withUnsafeBytes { gate.consume($0, into: &output) } }
        return String(decoding: output, as: UTF8.self)
    }
}

/// SplitMix64.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

import HTTPWire
import ProxyCore
import RolloutCore
import Testing

@Suite("The access log")
struct AccessLogTests {
    private static let start = Timestamp(microseconds: 1_795_250_590_007_999)

    private func lines(_ batch: AccessBatch) -> String {
        var lines = AccessLines()
        var output: [UInt8] = []
        lines.append(batch, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test("A request that was routed has a line with everything that is known of it")
    func routed() throws {
        let table = try table(.split(canary: 1_000), generation: 7)
        let times = ExchangeTimes(
            startedAt: LoopTime(microseconds: 1_000),
            sentAt: LoopTime(microseconds: 1_120),
            answeredAt: LoopTime(microseconds: 3_120)
        )
        let id = RequestID(
            RequestStamp(standing: .judged(.canary), generation: 7, milliseconds: 1, unique: 2),
            signedWith: table.stampKey
        )
        let record = AccessRecord(
            startedAt: Self.start,
            id: id,
            routed: AccessRecord.Routed(
                table: table,
                arm: 1,
                servingArm: 0,
                upstream: table.arms[0].upstreams[0],
                outcome: .connectFailure
            ),
            status: 200,
            bytesIn: 300,
            bytesOut: 16_384,
            durations: AccessRecord.Durations(times, endingAt: LoopTime(microseconds: 1_301_003)),
            marks: [.fallback, .secure, .pinned, .rescued],
            problem: .badGateway,
            detail: "The \"model\" is away."
        )
        var batch = AccessBatch()
        batch.append(
            record,
            client: Array("10.0.0.9".utf8),
            method: Array("POST".utf8).span.bytes,
            path: Array("/v2/models/m/infer".utf8).span.bytes,
            trace: Array("4bf92f3577b34da6a3ce929d0e0e4736".utf8).span.bytes
        )

        let expected = #"""
            {"time":"2026-11-21T08:43:10.007Z","requestId":"\#(id)","traceId":"4bf92f3577b34da6a3ce929d0e0e4736",\#
            "client":"10.0.0.9","scheme":"https","method":"POST","path":"/v2/models/m/infer","model":"m",\#
            "cohort":"canary","version":"2","answeredBy":"1","generation":1,\#
            "upstream":"http://127.0.0.1:9000","status":200,"outcome":"connect_failure","bytesIn":300,"bytesOut":16384,\#
            "connectMs":0.120,"firstByteMs":2.000,"totalMs":1300.003,"fallback":true,"rescued":true,"pinned":true,\#
            "problem":"The \"model\" is away."}

            """#
        #expect(self.lines(batch) == expected)
    }

    @Test("What is not known of a request is left out")
    func refused() {
        var batch = AccessBatch()
        batch.append(
            AccessRecord(startedAt: Self.start, id: nil, status: 400, durations: .init(total: 9), problem: .badRequest),
            client: Array("::1".utf8),
            method: RawSpan(),
            path: RawSpan(),
            trace: RawSpan()
        )

        #expect(
            self.lines(batch) == #"""
                {"time":"2026-11-21T08:43:10.007Z","client":"::1","scheme":"http","status":400,"bytesIn":0,\#
                "bytesOut":0,"totalMs":0.009,"problem":"Bad Request"}

                """#
        )
    }

    @Test("No byte of a request breaks a line, and a long path is cut")
    func escapes() {
        let path = (0...255).map { UInt8($0) } + Array(repeating: UInt8(ascii: "x"), count: 5_000)
        var batch = AccessBatch()
        batch.append(
            AccessRecord(startedAt: Self.start, id: nil, status: 0, durations: .init(total: 0)),
            client: [],
            method: Array("G\"T".utf8).span.bytes,
            path: path.span.bytes,
            trace: RawSpan()
        )

        let line = self.lines(batch)

        #expect(line.utf8.dropLast().allSatisfy { (0x20..<0x7F).contains($0) })
        #expect(line.contains(#""method":"G\"T","path":"\u0000\u0001"#))
        #expect(line.contains(##"\u001f !\"#$%&'()"##))
        #expect(line.contains(#"[\\]"#))
        #expect(line.contains(#"~\u007f\u0080"#))
        #expect(line.contains(#"\u00ff"# + String(repeating: "x", count: 768) + #"","#))
    }

    @Test("Lines of one second and of the next have their own times")
    func times() {
        var batch = AccessBatch()
        for microseconds in [0, 999, 999_999, 1_000_000, -1] as [Int64] {
            batch.append(
                AccessRecord(
                    startedAt: Timestamp(microseconds: microseconds),
                    id: nil,
                    status: 0,
                    durations: .init(total: 0)
                ),
                client: [],
                method: RawSpan(),
                path: RawSpan(),
                trace: RawSpan()
            )
        }

        let times = self.lines(batch).split(separator: "\n").map { $0.dropFirst(9).prefix(24) }

        #expect(
            times == [
                "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.999Z",
                "1970-01-01T00:00:01.000Z", "1969-12-31T23:59:59.999Z",
            ]
        )
    }

    @Test("A batch is bounded, and what finds no room is counted")
    func bound() {
        var batch = AccessBatch()
        for _ in 0..<(AccessBatch.recordLimit + 3) {
            batch.append(
                AccessRecord(startedAt: Self.start, id: nil, status: 200, durations: .init(total: 1)),
                client: [],
                method: RawSpan(),
                path: RawSpan(),
                trace: RawSpan()
            )
        }

        #expect(batch.count == AccessBatch.recordLimit)
        #expect(batch.dropped == 3)
    }

    @Test("Failures are always kept, other requests with the share that is asked for")
    func sampling() {
        var random = FastRandom(seed: 11)
        func kept(_ share: Double, _ outcome: Outcome?, _ status: Int) -> Int {
            let sampling = AccessSampling(share: share)
            return (0..<10_000).count { _ in sampling.keeps(outcome, status: status, random: &random) }
        }

        for outcome in [Outcome.serverError, .timeout, .connectFailure, .upstreamFailure, .gatewayFailure, .saturated] {
            #expect(kept(0, outcome, 200) == 10_000, "\(outcome)")
        }
        #expect(kept(0, nil, 503) == 10_000)
        for outcome in [Outcome.success, .clientError, .clientAborted, nil] {
            #expect(kept(0, outcome, 200) == 0, "\(String(describing: outcome))")
            #expect(kept(1, outcome, 200) == 10_000, "\(String(describing: outcome))")
            #expect((850...1_150).contains(kept(0.1, outcome, 200)), "\(String(describing: outcome))")
        }
    }
}

import Payloads
import RolloutCore
import Testing

@Suite("Any bytes")
struct AnyBytesTests {
    private static let models: [ModelSignals] = PayloadAdapter.allCases.flatMap { adapter -> [ModelSignals] in
        let paths = ["/*/x", "/instances/*", "/choices/0/delta", "/inputs/*/data/*", "predict.1", "age"]
        let declared = paths.enumerated().compactMap { index, path -> SignalDeclaration? in
            guard let name = try? SignalName("s\(index)") else { return nil }
            return SignalDeclaration(
                name: name,
                role: SignalRole.allCases[index % 4],
                kind: SignalKind.allCases[index % 3],
                source: SignalSource(body: SignalSource.Body.allCases[index % 2], path: path)
            )
        }
        return [
            ModelSignals(adapter: adapter),
            ModelSignals(
                adapter: adapter,
                signals: declared,
                key: .request("/instances/*/id"),
                slices: declared.map(\.name)
            ),
        ]
    }

    private static func seeds() -> [[UInt8]] {
        let cases = FoundSignalsTests.openInference + FoundSignalsTests.predict + FoundSignalsTests.others
        let texts =
            cases.flatMap { [$0.request, $0.response] } + [
                "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\ndata: [DONE]\n\n",
                #"{"messages":[{"content":"\u00e9\ud83d"}]}"#,
                #"{"inputs":[{"name":"x","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":12}}]}abcdabcdabcd"#,
            ]
        return texts.map { Array($0.utf8) }
    }

    private static let spice = Array("{}[]\",:\\*-0.eE9nNtIu \n".utf8) + [0, 0x80, 0xC3, 0xFF]

    private static func mutate(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1 where place < bytes.count: bytes.remove(at: place)
            case 2: bytes = Array(bytes.prefix(place))
            case 3 where place < bytes.count: bytes += bytes[place...].prefix(40)
            default: bytes.insert(Self.spice.randomElement(using: &generator) ?? 0, at: place)
            }
        }
        return bytes
    }

    @Test(
        "Every decoder comes to an end on mutated bodies, and every row of them is accounted for",
        arguments: [1, 2, 3, 4] as [UInt64]
    )
    func mutated(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let seeds = Self.seeds()
        var inspectors = Self.models.map { PayloadInspector(signals: $0) }
        for round in 0..<1_500 {
            let request = Self.mutate(seeds[Int.random(in: 0..<seeds.count, using: &generator)], using: &generator)
            let response = Self.mutate(seeds[Int.random(in: 0..<seeds.count, using: &generator)], using: &generator)
            var exchange = PayloadExchange.fixture(
                path: ["/", "/v2/models/m/infer", "/v1/models/m:predict", "/v1/chat/completions"][round % 4],
                request: "",
                response: "",
                isStream: round % 5 == 0
            )
            exchange.request.body = request
            exchange.response.body = response
            exchange.response.isChunked = round % 7 == 0
            exchange.request.inferenceHeaderLength = round % 11 == 0 ? Int.random(in: -3...200, using: &generator) : nil
            exchange.request.contentEncoding = round % 13 == 0 ? "deflate" : nil
            let place = round % inspectors.count

            let reading = inspectors[place].inspect(exchange)

            _ = reading.redacted(round % 2 == 0 ? [] : ["/*/x", "/inputs"], limit: round % 100)
        }
        for place in inspectors.indices {
            let drained = inspectors[place].drain()
            #expect(drained.payloads.inspected > 0, "seed \(seed)")
            for (name, tally) in drained.signals {
                #expect(tally.rows > 0 && tally.missing >= 0 && tally.mistyped >= 0, "\(name), seed \(seed)")
            }
        }
    }

    @Test("Bodies made to cost much are read in time that grows with their size")
    func costly() {
        let names = (0..<4_000).map { #""k\#($0)":[]"# }.joined(separator: ",")
        let bodies = [
            #"{"instances":["# + (0..<12_000).map { #"{"k\#($0)":1}"# }.joined(separator: ",") + "]}",
            #"{"instances":[{\#(names)}"# + String(repeating: ",{}", count: 40_000) + "]}",
            #"{"instances":["# + String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 50_000),
            #"{"instances":[1"# + String(repeating: ",[[[[[[1]]]]]]", count: 9_000) + "]}",
        ]
        var inspector = PayloadInspector(signals: ModelSignals(maximumBodyBytes: 1 << 20))

        for body in bodies {
            _ = inspector.inspect(.fixture(path: "/v1/models/m:predict", request: body, status: 400, response: ""))
        }

        #expect(inspector.drain().payloads.requests == PayloadTally(inspected: 5, malformedRequests: 4))
    }
}

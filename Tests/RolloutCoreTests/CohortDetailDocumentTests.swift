import Foundation
import RolloutCore
import Statistics
import Testing

/// The documents in which details are stored: they outlive the program that wrote them.
@Suite("The document of a cohort's detail")
struct CohortDetailDocumentTests {
    @Test("is empty when there is nothing to tell, and an empty one reads as nothing")
    func empty() throws {
        #expect(try text(CohortDetail()) == "{}")
        #expect(try detail("{}") == CohortDetail())
        #expect(try text(QualityTally()) == "{}")
        #expect(try text(QualityCounts()) == "{}")
    }

    @Test("says what is there and leaves the rest out")
    func small() throws {
        var outcomes = OutcomeCounts()
        outcomes[.timeout] = 2
        var quality = QualityTally()
        quality.add(
            QualityCounts(label: .category("a"), prediction: Prediction(value: .category("b")), positiveClass: nil)
        )
        let value = try CohortDetail(
            latencyParts: LatencyParts(requests: 1, firstByte: 5),
            upstreams: ["http://h:1": outcomes],
            payloads: PayloadTally(dropped: 3),
            signals: [
                SignalName("word"): SignalTally(
                    role: .prediction,
                    values: .classes(ClassTally(counts: ["b": 4, "a": 1]))
                ),
                SignalName("age"): SignalTally(
                    role: .feature,
                    missing: 1,
                    values: .numbers(
                        NumberTally(
                            grid: .number,
                            counts: SparseCounts([(bucket: 7, count: 2)]),
                            moments: Moments([1, 3])
                        )
                    )
                ),
            ],
            quality: quality
        )
        let document = """
            {"latencyParts":{"firstByte":5,"requests":1},"payloads":{"dropped":3},\
            "quality":{"overall":{"confusion":{"a":{"b":1}},"labelled":1}},\
            "signals":{"age":{"missing":1,"numbers":{"counts":{"buckets":[7],"counts":[2]},"grid":"number",\
            "moments":{"count":2,"mean":2,"squaredDeviations":2}},"role":"feature"},\
            "word":{"classes":{"counts":{"a":1,"b":4}},"role":"prediction"}},\
            "upstreams":{"http://h:1":{"timeout":2}}}
            """
        #expect(try text(value) == document)
        #expect(try detail(document) == value)
    }

    @Test("of random labelled rows reads back as it was written", arguments: [1, 2, 3] as [UInt64])
    func roundTrip(_ seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        var quality = QualityTally()
        for _ in 0..<200 {
            let classes = ["a", "b", "\"c\\", "ü"]
            let score = Double.random(in: 0...1, using: &generator)
            let isNumber = Bool.random(using: &generator)
            let label: LabelValue =
                isNumber ? .number(score * 10) : .category(classes.randomElement(using: &generator) ?? "a")
            let value: LabelValue =
                isNumber ? .number(score * 9) : .category(classes.randomElement(using: &generator) ?? "b")
            quality.add(
                QualityCounts(
                    label: label,
                    prediction: Prediction(value: value, score: isNumber ? nil : score),
                    positiveClass: "a"
                ),
                slices: ["country=\(classes.randomElement(using: &generator) ?? "a")"]
            )
        }
        let value = CohortDetail(quality: quality)
        let read = try detail(text(value))
        #expect(read.quality.slices.keys == value.quality.slices.keys, "seed \(seed)")
        #expect(read == value, "seed \(seed)")
    }

    @Test("of numbers beyond all bounds can be written: their histogram stays")
    func enormous() throws {
        let moments = Moments([1e300, -1e300])
        let tally = SignalTally(
            role: .feature,
            values: .numbers(
                NumberTally(grid: .number, counts: SparseCounts([(bucket: 9, count: 2)]), moments: moments)
            )
        )
        let read = try JSONDecoder().decode(SignalTally.self, from: Data(text(tally).utf8))
        #expect(read.present == 2)
        let label = Prediction(value: .number(.infinity), score: .nan)
        #expect(try text(label) == #"{"value":"inf"}"#)
    }

    @Test("of a model's signals has defaults for what is absent")
    func signals() throws {
        let read = try JSONDecoder().decode(ModelSignals.self, from: Data(#"{"key":{"header":"x-id"}}"#.utf8))
        #expect(read == ModelSignals(key: .header("x-id")))
        #expect(try JSONDecoder().decode(ModelSignals.self, from: Data(text(read).utf8)) == read)
        #expect(ModelSignals().complaints() == [])
    }

    @Test("of signals that break their rules says where", arguments: Broken.all)
    func complaints(_ broken: Broken) {
        #expect(broken.signals.complaints().map(\.pointer) == [broken.pointer])
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        let signals: ModelSignals
        let pointer: String
        var testDescription: String { self.pointer }

        static let all: [Broken] = [
            Broken(signals: ModelSignals(predictionDays: 0), pointer: "/predictionDays"),
            Broken(signals: ModelSignals(predictionsPerSecond: 10_001), pointer: "/predictionsPerSecond"),
            Broken(signals: ModelSignals(inspectPerSecond: -1), pointer: "/inspectPerSecond"),
            Broken(signals: ModelSignals(maximumBodyBytes: 1), pointer: "/maximumBodyBytes"),
            Broken(signals: ModelSignals(key: .header("a b")), pointer: "/key/header"),
            Broken(signals: ModelSignals(key: .request("")), pointer: "/key/request"),
            Broken(signals: ModelSignals(positiveClass: ""), pointer: "/positiveClass"),
            Broken(
                signals: ModelSignals(payloadSample: PayloadSampling(redact: ["name"])),
                pointer: "/payloadSample/redact/0"
            ),
        ]
    }

    private func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private func detail(_ text: String) throws -> CohortDetail {
        try JSONDecoder().decode(CohortDetail.self, from: Data(text.utf8))
    }
}

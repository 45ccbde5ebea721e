import Payloads
import RolloutCore
import Testing

@Suite("Rows of payloads")
struct UnusableRowsTests {
    private static func tally(_ answers: [String], request: String = #"{"inputs": [1, 2, 3]}"#, status: Int = 200)
        -> PayloadTally
    {
        var inspector = PayloadInspector(signals: ModelSignals())
        // What the signals are is learnt from a good answer first.
        let good = #"{"predictions": [{"label": "a", "score": 0.5}]}"#
        _ = inspector.inspect(.fixture(path: "/v1/models/m:predict", request: "{}", response: good))
        _ = inspector.drain()
        for answer in answers {
            _ = inspector.inspect(
                .fixture(path: "/v1/models/m:predict", request: request, status: status, response: answer)
            )
        }
        return inspector.drain().payloads
    }

    @Test("A row is unusable once, however many of its values are")
    func once() {
        let rows = [
            #"{"label": null, "score": null}"#, #"{"label": "a", "score": "high"}"#, #"{"label": "b"}"#,
            #"{"label": "b", "score": 0.25}"#, #"{"label": null, "score": 0.5}"#,
        ]

        let tally = Self.tally([#"{"predictions": [\#(rows.joined(separator: ", "))]}"#])

        #expect((tally.rows, tally.unusableRows, tally.squaredRows) == (5, 4, 25))
    }

    @Test("Rows are counted for each answer, and squared")
    func batches() {
        let row = #"{"label": "a", "score": 0.5}"#
        let answers = [1, 3].map { #"{"predictions": [\#(Array(repeating: row, count: $0).joined(separator: ", "))]}"# }

        let tally = Self.tally(answers, request: #"{"instances": [1, 2]}"#)

        #expect((tally.rows, tally.unusableRows, tally.squaredRows) == (4, 0, 10))
        #expect((tally.inputRows, tally.squaredInputRows) == (4, 8))
    }

    @Test("An answer that failed has no rows, but its request has")
    func failed() {
        let tally = Self.tally([#"{"error": "no"}"#], request: #"{"instances": [1, 2]}"#, status: 500)

        #expect((tally.inspected, tally.rows, tally.unusableRows) == (1, 0, 0))
        #expect((tally.inputRows, tally.squaredInputRows) == (2, 4))
    }

    @Test("Of more words than are told apart the same ones stay as in a tally, and were counted in full")
    func manyWords() {
        var profile = SignalProfile(role: .prediction, kind: .category)
        var words: [String: Int64] = [:]
        for round in 0..<3 {
            for number in 0..<2_500 {
                let word = "word \((number * 7 + round) % 2_500)"
                profile.add(category: word)
                words[word, default: 0] += 1
            }
        }

        let tally = profile.drain()

        #expect(tally.values == .classes(ClassTally(counts: words)))
        #expect(tally.present == 7_500)
        profile.add(category: "word 9")
        #expect(profile.drain().values == .classes(ClassTally(counts: ["word 9": 1])))
    }
}

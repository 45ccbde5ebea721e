import ProxyCore
import RolloutCore
import Testing

/// A store that keeps each window once, as the real one must, and fails as it is told.
private struct ModelStore {
    var windows: [Int64: TelemetryWindow] = [:]

    enum Fault { case none, beforeWriting, afterWriting }

    /// - Returns: Whether the gateway learns that the window is stored.
    mutating func write(_ window: TelemetryWindow, _ fault: Fault) -> Bool {
        if fault == .beforeWriting { return false }
        if let known = self.windows[window.sequence] {
            #expect(known == window, "a window that is written again is the same")
        } else {
            self.windows[window.sequence] = window
        }
        return fault == .none
    }
}

private func key(_ version: Int, generation: Int64) throws -> TelemetryCell.Key {
    TelemetryCell.Key(
        model: try ModelName("m"),
        version: try VersionName("\(version)"),
        cohort: version == 1 ? .stable : .canary,
        rollout: RolloutID(7),
        generation: generation
    )
}

private func cell(_ version: Int, generation: Int64, successes: Int64) throws -> TelemetryCell {
    var tally = CohortTally()
    tally.outcomes[.success] = successes
    return TelemetryCell(key: try key(version, generation: generation), tally: tally)
}

private func prediction(_ row: Int) throws -> PredictionRecord {
    PredictionRecord(
        model: try ModelName("m"),
        version: try VersionName("1"),
        rollout: nil,
        requestID: "r",
        stamp: RequestStamp(cohort: .stable, generation: 1, milliseconds: 0, unique: 0),
        row: row,
        key: nil,
        prediction: Prediction(value: .number(1)),
        slices: []
    )
}

private func sample(_ request: String) throws -> PayloadSample {
    PayloadSample(
        model: try ModelName("m"),
        version: try VersionName("1"),
        requestID: "r",
        at: at(0),
        status: 200,
        request: request,
        response: ""
    )
}

private func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds) }

@Suite("Telemetry backlog")
struct TelemetryBacklogTests {
    @Test("Whatever fails, each request is counted exactly once", arguments: 1...20)
    func exactlyOnce(seed: UInt64) throws {
        var random = FastRandom(seed: seed)
        var backlog = TelemetryBacklog(replica: "r", start: at(0))
        var store = ModelStore()
        var counted: [TelemetryCell.Key: Int64] = [:]
        var kept = (rows: [Int](), samples: [String]())
        for second in 1...200 {
            let generation = Int64(second / 20)
            var cells: [TelemetryCell] = []
            for version in 1...2 where Bool.random(using: &random) {
                let successes = Int64.random(in: 1...100, using: &random)
                cells.append(try cell(version, generation: generation, successes: successes))
                counted[try key(version, generation: generation), default: 0] += successes
            }
            let predictions = try (0..<Int.random(in: 0...3, using: &random)).map { try prediction(second * 10 + $0) }
            let samples = try (0..<Int.random(in: 0...2, using: &random)).map { try sample("\(second).\($0)") }
            kept.rows += predictions.map(\.row)
            kept.samples += samples.map(\.request)
            backlog.add(cells, predictions: predictions, payloads: samples, until: at(Int64(second)))
            let fault = [ModelStore.Fault.none, .beforeWriting, .afterWriting].randomElement(using: &random) ?? .none
            while let window = backlog.next(), store.write(window, second == 200 ? .none : fault) { backlog.written() }
        }

        var stored: [TelemetryCell.Key: Int64] = [:]
        for cell in store.windows.values.flatMap(\.cells) { stored[cell.key, default: 0] += cell.tally.outcomes.total }
        #expect(stored == counted, "seed \(seed)")
        #expect(backlog.isEmpty)
        #expect(store.windows.keys.sorted() == Array(1...Int64(store.windows.count)), "seed \(seed)")
        let windows = store.windows.values.sorted { $0.sequence < $1.sequence }
        #expect(windows.flatMap(\.predictions).map(\.row) == kept.rows, "seed \(seed)")
        #expect(windows.flatMap(\.payloads).map(\.request) == kept.samples, "seed \(seed)")
        for (earlier, later) in zip(windows, windows.dropFirst()) { #expect(earlier.end <= later.start) }
    }

    @Test("A window in doubt stays as it is; later counts are merged within a generation only")
    func merging() throws {
        var backlog = TelemetryBacklog(replica: "r", start: at(0))
        backlog.add([try cell(1, generation: 1, successes: 1)], until: at(1))
        let first = backlog.next()
        backlog.add([try cell(1, generation: 1, successes: 2)], until: at(2))
        backlog.add([try cell(1, generation: 1, successes: 3), try cell(1, generation: 2, successes: 4)], until: at(3))

        #expect(backlog.next() == first)
        backlog.written()
        #expect(
            backlog.next()
                == TelemetryWindow(
                    replica: "r",
                    sequence: 2,
                    start: at(1),
                    end: at(3),
                    droppedRequests: 0,
                    cells: [try cell(1, generation: 1, successes: 5), try cell(1, generation: 2, successes: 4)]
                )
        )
    }

    @Test("What doesn't fit is dropped from the oldest generation, and counted")
    func bounded() throws {
        var backlog = TelemetryBacklog(replica: "r", start: at(0), limits: .init(cells: 2))
        for generation in 1...5 {
            backlog.add([try cell(1, generation: Int64(generation), successes: 10)], until: at(Int64(generation)))
        }

        #expect(backlog.pendingCells == 2)
        let window = backlog.next()
        #expect(window?.droppedRequests == 30)
        #expect(window?.cells.map(\.key.generation) == [4, 5])
    }

    @Test("Of predictions and payloads that can't be written the latest are kept, and the others counted")
    func boundedRecords() throws {
        var backlog = TelemetryBacklog(
            replica: "r",
            start: at(0),
            limits: .init(predictions: 3, payloadBytes: 10)
        )
        for second in 1...4 {
            backlog.add(
                [],
                predictions: [try prediction(second), try prediction(second)],
                payloads: [try sample("four"), try sample("\(second)")],
                until: at(Int64(second))
            )
        }

        let dropped = backlog.takeDroppedRecords()
        #expect(dropped == 5 + 4)
        let window = backlog.next()
        #expect(window?.predictions.map(\.row) == [3, 4, 4])
        #expect(window?.payloads.map(\.request) == ["four", "3", "four", "4"])
        backlog.written()
        #expect(backlog.isEmpty)
    }

    @Test("Distributions beyond the bound are given up, and what they were made of counts as dropped")
    func boundedDetail() throws {
        func cell(_ version: Int, words: ClosedRange<Int>) throws -> TelemetryCell {
            let classes = ClassTally(counts: Dictionary(uniqueKeysWithValues: words.map { ("word \($0)", Int64(1)) }))
            return TelemetryCell(
                key: try key(version, generation: 1),
                tally: CohortTally(
                    detail: CohortDetail(
                        payloads: PayloadTally(inspected: 10),
                        signals: [try SignalName("s"): SignalTally(role: .prediction, values: .classes(classes))]
                    )
                )
            )
        }
        var backlog = TelemetryBacklog(replica: "r", start: at(0), limits: .init(detailBytes: 8_000))
        backlog.add([try cell(1, words: 0...99)], until: at(1))
        backlog.add([try cell(2, words: 0...99)], until: at(2))
        backlog.add([try cell(2, words: 0...9)], until: at(3))
        let details = (backlog.next()?.cells ?? []).map(\.tally.detail)

        #expect(details.map(\.payloads) == [PayloadTally(inspected: 10), PayloadTally(inspected: 10, dropped: 10)])
        #expect(details.map(\.signals.count) == [1, 1])
    }

    @Test("Nothing counted makes no window")
    func empty() {
        var backlog = TelemetryBacklog(replica: "r", start: at(0))
        backlog.add([], until: at(1))

        #expect(backlog.next() == nil)
        #expect(backlog.isEmpty)
    }
}

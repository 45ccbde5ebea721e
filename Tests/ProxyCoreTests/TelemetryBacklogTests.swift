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

private func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds) }

@Suite("Telemetry backlog")
struct TelemetryBacklogTests {
    @Test("Whatever fails, each request is counted exactly once", arguments: 1...20)
    func exactlyOnce(seed: UInt64) throws {
        var random = FastRandom(seed: seed)
        var backlog = TelemetryBacklog(replica: "r", start: at(0))
        var store = ModelStore()
        var counted: [TelemetryCell.Key: Int64] = [:]
        for second in 1...200 {
            let generation = Int64(second / 20)
            var cells: [TelemetryCell] = []
            for version in 1...2 where Bool.random(using: &random) {
                let successes = Int64.random(in: 1...100, using: &random)
                cells.append(try cell(version, generation: generation, successes: successes))
                counted[try key(version, generation: generation), default: 0] += successes
            }
            backlog.add(cells, until: at(Int64(second)))
            let fault = [ModelStore.Fault.none, .beforeWriting, .afterWriting].randomElement(using: &random) ?? .none
            while let window = backlog.next(), store.write(window, second == 200 ? .none : fault) { backlog.written() }
        }

        var stored: [TelemetryCell.Key: Int64] = [:]
        for cell in store.windows.values.flatMap(\.cells) { stored[cell.key, default: 0] += cell.tally.outcomes.total }
        #expect(stored == counted, "seed \(seed)")
        #expect(backlog.isEmpty)
        #expect(store.windows.keys.sorted() == Array(1...Int64(store.windows.count)), "seed \(seed)")
        let windows = store.windows.values.sorted { $0.sequence < $1.sequence }
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
        var backlog = TelemetryBacklog(replica: "r", start: at(0), cellLimit: 2)
        for generation in 1...5 {
            backlog.add([try cell(1, generation: Int64(generation), successes: 10)], until: at(Int64(generation)))
        }

        #expect(backlog.pendingCells == 2)
        let window = backlog.next()
        #expect(window?.droppedRequests == 30)
        #expect(window?.cells.map(\.key.generation) == [4, 5])
    }

    @Test("Nothing counted makes no window")
    func empty() {
        var backlog = TelemetryBacklog(replica: "r", start: at(0))
        backlog.add([], until: at(1))

        #expect(backlog.next() == nil)
        #expect(backlog.isEmpty)
    }
}

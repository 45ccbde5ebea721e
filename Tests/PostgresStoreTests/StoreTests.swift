import PostgresClient
import RolloutCore
import RolloutEngine
import Synchronization
import Testing

@testable import PostgresStore

@Suite("The store")
struct StoreTests {
    @Test("shows events in the order of their ids to a reader that follows, and never one behind him")
    func eventOrder() throws {
        try Workbench.with(connections: 10) { bench in
            let names = (0..<6).map { modelName("model-\($0)") }
            for name in names { try bench.createModel(name) }
            let finished = Mutex(0)

            // One thread follows while the others write.
            let results = concurrently(names.count + 1) { number -> [Int64] in
                guard number == names.count else {
                    for _ in 0..<15 {
                        try bench.store.write { transaction in
                            for _ in 0..<2 {
                                let event = NewEvent(kind: .rolloutPaused, model: names[number], message: "")
                                try transaction.append(event)
                            }
                        }
                    }
                    finished.withLock { $0 += 1 }
                    return []
                }
                var seen: [Int64] = []
                while true {
                    let isLast = finished.withLock { $0 } == names.count
                    let last = seen.last ?? 0
                    let new = try bench.store.read { try $0.events(after: last, model: nil, limit: 7) }
                    seen += new.map(\.id)
                    if isLast, new.isEmpty { return seen }
                }
            }

            let followed = try #require(results.last).get()
            for result in results { _ = try result.get() }
            let all = try bench.store.read { try $0.events(after: 0, model: nil, limit: 10_000) }
            #expect(followed == all.map(\.id))
            #expect(all.count == names.count * 31)
            #expect(try bench.store.read { try $0.latestEventID() } == all.last?.id)
            let ofOne = try bench.store.read { try $0.events(after: 0, model: names[2], limit: 10_000) }
            #expect(ofOne == all.filter { $0.event.model == names[2] })
        }
    }

    @Test("wakes who waits for events")
    func eventSignal() throws {
        try Workbench.with { bench in
            let signal = PostgresEventSignal(configuration: PostgresConfiguration(url: bench.url))
            defer { signal.close() }
            // The first wait only begins to listen.
            try signal.wait(timeout: .seconds(30))
            try bench.createModel()

            let start = ContinuousClock.now
            try signal.wait(timeout: .seconds(30))
            #expect(start.duration(to: .now) < .seconds(10))
        }
    }

    @Test("sums the traffic of each version and cohort, inside rollouts and outside")
    func traffic() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            try bench.observe(rollout, secondsBack: 1...3, canary: .fewCanary, stable: .fewStable)
            try bench.observe(rollout, secondsBack: 100...100, canary: .manyCanary)
            let outside = TelemetryCell(
                key: .init(
                    model: Workbench.model,
                    version: versionName("1"),
                    cohort: .stable,
                    rollout: nil,
                    generation: 1
                ),
                tally: .fewStable
            )
            let start = try bench.now().adding(seconds: -5)
            try bench.writer.write(
                TelemetryWindow(
                    replica: "gateway-2",
                    sequence: 1,
                    start: start,
                    end: start,
                    droppedRequests: 0,
                    cells: [outside]
                )
            )

            let traffic = try bench.store.read { view in
                try view.traffic(of: Workbench.model, since: view.now.adding(seconds: -60))
            }

            var canary = CohortTally()
            var stable = CohortTally()
            for _ in 0..<3 { canary.merge(.fewCanary) }
            for _ in 0..<4 { stable.merge(.fewStable) }
            #expect(
                traffic == [
                    VersionTraffic(version: versionName("1"), cohort: .stable, tally: stable),
                    VersionTraffic(version: versionName("2"), cohort: .canary, tally: canary),
                ]
            )
        }
    }

    @Test("forgets old telemetry and gateways, but nothing of a rollout that is open")
    func forget() throws {
        try Workbench.with { bench in
            let settled = try bench.startRollout()
            try bench.observe(settled, secondsBack: 50...51, canary: .fewCanary, stable: .fewStable)
            let open = try #require(try bench.register("3", supersede: true).rollout)
            try bench.observe(open, secondsBack: 50...51, canary: .fewCanary, stable: .fewStable)
            try bench.observe(settled, secondsBack: 1...1, canary: .fewCanary, stable: .fewStable)
            try bench.writer.report(appliedGeneration: 1)

            try bench.store.forget(
                before: bench.now().adding(seconds: -10),
                outsideRollouts: bench.now().adding(seconds: -10)
            )

            #expect(try bench.store.read { try $0.canaryRequests(of: settled.id) } == 100)
            #expect(try bench.store.read { try $0.canaryRequests(of: open.id) } == 200)
            #expect(try bench.store.read { try $0.gateways() }.count == 1)
            try bench.store.forget(
                before: bench.now().adding(seconds: 10),
                outsideRollouts: bench.now().adding(seconds: 10)
            )
            #expect(try bench.store.read { try $0.canaryRequests(of: settled.id) } == 0)
            #expect(try bench.store.read { try $0.canaryRequests(of: open.id) } == 200)
            #expect(try bench.store.read { try $0.gateways() } == [])
        }
    }

    @Test("refuses a writer that did not see the newest decision, and says where the rollout stands")
    func stale() throws {
        try Workbench.with { bench in
            let seen = try bench.startRollout()
            _ = try bench.order(.pause, expected: nil)
            let before = try bench.contents()

            let error = try #require(throws: StaleRollout.self) {
                try bench.store.write { try $0.save(seen, expectedSequence: seen.sequence) }
            }

            #expect(error.description == "rollout 1 is at decision 2, not 1: another decision came first")
            #expect(try bench.contents() == before)
        }
    }

    @Test("lets nobody write who only reads")
    func readOnly() throws {
        try Workbench.with { bench in
            let error = try #require(throws: PostgresError.self) {
                try bench.store.read { view in
                    let transaction = try #require(view as? any RolloutTransaction)
                    _ = try transaction.nextGeneration()
                }
            }
            #expect(error.sqlState == .readOnlyTransaction)
        }
    }
}

import PostgresClient
import RolloutCore
import RolloutEngine
import Testing

@testable import PostgresStore

@Suite("The watch over stable")
struct WatchLoopTests {
    private static let settings = WatchSettings(limits: [WatchLimit(metric: .errorRate, above: 0.2, breaches: 2, of: 3)]
    )

    @Test("rolls telemetry up into minutes, each once, and forgets nothing it has seen when the process changes")
    func minutes() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            try bench.lead("loop")
            _ = try bench.watchLoop(of: "loop").round()
            try bench.rewindWatch(minutes: 40)
            let tally = try CohortTally.withSignal(rows: 10)
            try bench.observeStable(minutesBack: 2...30, tally)
            try bench.observeStable(minutesBack: 2...30, tally)

            // Sixteen minutes a round.
            for _ in 0..<4 { #expect(try bench.watchLoop(of: "loop").round() == .watched(models: 1, events: 0)) }
            let stored = try bench.store.read {
                try $0.minutes(of: versionName("1"), model: Workbench.model, since: Timestamp(seconds: 0))
            }
            #expect(stored.count == 29)
            #expect(stored.allSatisfy { $0.tally.outcomes.total == 2 * tally.outcomes.total })
            #expect(stored.flatMap { $0.tally.detail.signals.values.map(\.rows) } == Array(repeating: 20, count: 29))
            let watch = try #require(try bench.store.read { try $0.watch(of: Workbench.model) })
            #expect(watch.version == versionName("1"))
            #expect(watch.watch.lastMinute == stored.last?.minute)
        }
    }

    @Test("raises an event when stable degrades and another when it recovers, and keeps the finding")
    func degraded() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            try bench.lead("loop")
            _ = try bench.watchLoop(of: "loop", settings: Self.settings).round()
            try bench.rewindWatch(minutes: 55)
            let (good, bad) = (CohortTally.fixture(requests: 100), CohortTally.fixture(requests: 100, errors: 50))
            try bench.observeStable(minutesBack: 45...50, good)
            try bench.observeStable(minutesBack: 40...44, bad)

            #expect(try bench.watchLoop(of: "loop").round() != .standby)
            let degraded = try #require(try bench.store.read { try $0.watch(of: Workbench.model) })
            #expect(degraded.findings.map(\.kind) == [.stableDegraded])
            #expect(degraded.watch.isStableDegraded)

            try bench.rewindWatch(minutes: 37)
            try bench.observeStable(minutesBack: 2...35, good)
            for _ in 0..<4 { _ = try bench.watchLoop(of: "loop").round() }
            let over = try #require(try bench.store.read { try $0.watch(of: Workbench.model) })
            #expect(!over.watch.isStableDegraded)
            #expect(over.findings.map(\.state) == [.over])
            let events = try bench.store.read { try $0.events(after: 0, model: Workbench.model, limit: 99) }
            let watched = events.map(\.event.kind).filter { $0 == .stableDegraded || $0 == .stableRecovered }
            #expect(watched == [.stableDegraded, .stableRecovered])
        }
    }

    @Test("takes a finding for normal when a person says so, once")
    func acknowledged() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            try bench.lead("loop")
            let commands = WatchCommands(store: bench.store)
            #expect(throws: CommandError.unknownModel(Workbench.model)) {
                try commands.acknowledge(finding: 1, of: Workbench.model, actor: Workbench.operatorName)
            }
            let loop = bench.watchLoop(of: "loop", settings: Self.settings)
            _ = try loop.round()
            try bench.rewindWatch(minutes: 15)
            try bench.observeStable(minutesBack: 2...9, .fixture(requests: 100, errors: 50))
            _ = try loop.round()

            let answers = try [1, 1, 7].map {
                try commands.acknowledge(finding: $0, of: Workbench.model, actor: Workbench.operatorName)
            }
            #expect(answers == [true, false, false])
            let watch = try #require(try bench.store.read { try $0.watch(of: Workbench.model) })
            #expect(watch.findings.map(\.ending) == [.acknowledged])
            #expect(!watch.watch.isStableDegraded)
            let events = try bench.store.read { try $0.events(after: 0, model: Workbench.model, limit: 99) }
            #expect(events.last?.event.kind == .stableRecovered)
            #expect(events.last?.event.message.hasPrefix("operator:ada takes it for normal") == true)
        }
    }

    @Test("begins anew with another stable version and with another baseline")
    func anew() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            try bench.lead("loop")
            let loop = bench.watchLoop(of: "loop")
            _ = try loop.round()
            let first = try #require(try bench.store.read { try $0.watch(of: Workbench.model) })
            _ = try loop.round()
            #expect(try bench.store.read { try $0.watch(of: Workbench.model) }?.startedAt == first.startedAt)

            let baseline = Baseline(signals: [:], origin: "hand")
            _ = try bench.commands.setBaseline(
                baseline,
                of: versionName("1"),
                model: Workbench.model,
                actor: Workbench.operatorName
            )
            _ = try loop.round()
            let second = try #require(try bench.store.read { try $0.watch(of: Workbench.model) })
            #expect(second.startedAt > first.startedAt)

            let rollout = try #require(try bench.register("2", plan: .quick(promotion: .noViolation)).rollout)
            try bench.observe(rollout, secondsBack: 1...3, canary: .fewCanary, stable: .fewStable)
            #expect(try bench.settle(rollout.id, by: bench.loop()).state == .promoted)
            _ = try loop.round()
            let third = try #require(try bench.store.read { try $0.watch(of: Workbench.model) })
            #expect(third.version == versionName("2"))
            #expect(third.startedAt > second.startedAt)
        }
    }

    @Test("is done by the process that holds the lease, and by nobody else")
    func standby() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            let loop = bench.watchLoop(of: "me")
            #expect(try loop.tick() == .standby)
            try bench.lead("other")
            #expect(try loop.tick() == .standby)
            try bench.store.releaseLease(holder: "other")
            try bench.lead("me")
            #expect(try loop.tick() == .watched(models: 1, events: 0))
            #expect(try loop.tick() == .idle)
            #expect(try bench.store.watch(Workbench.model, fence: 1) { $0.now } == nil)
        }
    }

    @Test("counts each minute once when two watchers hold the same fence at the same time")
    func race() throws {
        try Workbench.with(connections: 8) { bench in
            try bench.createModel()
            try bench.register("1")
            try bench.lead("loop")
            _ = try bench.watchLoop(of: "loop").round()
            try bench.rewindWatch(minutes: 12)
            try bench.observeStable(minutesBack: 2...10, .fewStable)
            _ = try bench.record(bench.label(.stable, count: 30, wrong: 3, secondsBack: 5))

            for result in concurrently(4, { _ in try bench.watchLoop(of: "loop").round() }) { _ = try result.get() }

            let stored = try bench.store.read {
                try $0.minutes(of: versionName("1"), model: Workbench.model, since: Timestamp(seconds: 0))
            }
            #expect(stored.map(\.tally.outcomes.total) == Array(repeating: 1_900, count: 9))
            let quality = try bench.store.read {
                try $0.quality(of: Workbench.model, since: $0.now.adding(seconds: -7_200))
            }
            #expect(quality.map(\.tally.overall.labelled) == [30])
        }
    }

    @Test("makes a baseline of stable's past on request")
    func baseline() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            #expect(throws: CommandError.nothingObserved(versionName("1"), Workbench.model)) {
                try bench.commands.setBaselineFromStable(
                    of: nil,
                    model: Workbench.model,
                    hours: 24,
                    actor: Workbench.operatorName
                )
            }
            try bench.lead("loop")
            _ = try bench.watchLoop(of: "loop").round()
            try bench.rewindWatch(minutes: 12)
            try bench.observeStable(minutesBack: 2...10, CohortTally.withSignal(rows: 10))
            _ = try bench.watchLoop(of: "loop").round()

            let made = try bench.commands.setBaselineFromStable(
                of: nil,
                model: Workbench.model,
                hours: 24,
                actor: Workbench.operatorName
            )
            #expect(made.version == versionName("1"))
            #expect(made.baseline.signals.values.compactMap(\.tally?.rows) == [90])
            #expect(try bench.store.read { try $0.baseline(of: versionName("1"), model: Workbench.model) } == made)
            #expect(throws: CommandError.unknownVersion(versionName("9"), Workbench.model)) {
                try bench.commands.setBaseline(
                    made.baseline,
                    of: versionName("9"),
                    model: Workbench.model,
                    actor: Workbench.operatorName
                )
            }
        }
    }

    @Test("makes no baseline of a version that ceased to be stable while its past was read")
    func baselineOfFormerStable() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            try bench.observe(rollout, secondsBack: 1...1, canary: .fewCanary, stable: .fewStable)
            try bench.lead("loop")
            _ = try bench.watchLoop(of: "loop").round()
            try bench.rewindWatch(minutes: 12)
            try bench.observeStable(minutesBack: 2...10, CohortTally.withSignal(rows: 10))
            _ = try bench.watchLoop(of: "loop").round()
            let interrupted = InterruptedStore(base: bench.store) { _ = try bench.order(.promote, expected: nil) }

            #expect(throws: CommandError.nothingObserved(versionName("2"), Workbench.model)) {
                try RolloutCommands(store: interrupted, newSalt: Workbench.newSalt).setBaselineFromStable(
                    of: nil,
                    model: Workbench.model,
                    hours: 1,
                    actor: Workbench.operatorName
                )
            }
            #expect(try bench.store.read { try $0.baseline(of: versionName("1"), model: Workbench.model) } == nil)
        }
    }
}

extension Workbench {
    fileprivate func lead(_ holder: String) throws {
        guard try self.store.acquireLease(holder: holder, duration: .seconds(60)) != nil else {
            throw Missing("the lease for \(holder)")
        }
    }
}

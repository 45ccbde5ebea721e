import Foundation
import RolloutCore
import Statistics
import Testing

@Suite("Stable is watched")
struct StableWatchTests {
    private typealias Traffic = WatchSimulator.Traffic

    private static func change(_ edit: (inout Traffic) -> Void) -> Traffic {
        var traffic = Traffic()
        edit(&traffic)
        return traffic
    }

    @Test(
        "What goes wrong is found, named, dated and told to be lasting",
        arguments: [
            (Self.change { $0.errors = 0.06 }, .errorRate, .stableDegraded),
            (Self.change { $0.slowness = 1.4 }, .latency, .stableDegraded),
            (Self.change { $0.feature = 0.8 }, .distribution, .driftDetected),
            (Self.change { $0.cats = 0.85 }, .distribution, .classImbalance),
            (Self.change { $0.missing = 0.15 }, .missingValues, .dataQualityViolated),
            (Self.change { $0.wrong = 0.3 }, .accuracy, .qualityDegraded),
        ] as [(WatchSimulator.Traffic, WatchSubject.Aspect, WatchFinding.Kind)]
    )
    func findings(bad: WatchSimulator.Traffic, aspect: WatchSubject.Aspect, kind: WatchFinding.Kind) throws {
        var simulator = WatchSimulator(seed: 11)
        simulator.run(130)
        #expect(simulator.events == [])

        simulator.run(60, bad)

        let finding = try #require(simulator.watch.findings.first { $0.subject.aspect == aspect })
        #expect(finding.kind == kind)
        #expect(finding.state == .lasting)
        #expect(abs(finding.since.seconds(since: WatchSimulator.minute(130))) <= 300, "since \(finding.since)")
        #expect(finding.detectedAt.seconds(since: WatchSimulator.minute(130)) <= 1_800)
        let others = simulator.watch.findings.filter { $0.subject != finding.subject }
        #expect(others == [], "nothing else went wrong")
        let names = simulator.events.map(\.name)
        #expect(names == [finding.openingEvent, .findingPersisted])
    }

    @Test("A blip is found, ends by itself, and was never called lasting")
    func blip() throws {
        var simulator = WatchSimulator(seed: 5, hasDetail: false)
        simulator.run(120)
        simulator.run(5, Self.change { $0.errors = 0.2 })
        simulator.run(30)

        #expect(simulator.events.map(\.name) == [.stableDegraded, .stableRecovered])
        let ended = try #require(simulator.events.last?.finding)
        #expect(ended.state == .over)
        #expect(ended.ending == .recovered)
        #expect(ended.lastingAt == nil)
        #expect(simulator.watch.findings == [])
        #expect(!simulator.watch.isStableDegraded)
    }

    @Test("Alarms come by chance as seldom as is promised, over everything watched")
    func falseAlarms() {
        var settings = WatchSettings(minutesBetweenFalseAlarms: 1_440)
        settings.referenceMinutes = 60
        var alarms = 0
        let runs = 5
        for seed in 1...UInt64(runs) {
            var simulator = WatchSimulator(seed: seed, settings: settings)
            simulator.run(60 + 360)
            alarms += simulator.events.filter { $0.finding.state == .temporary }.count
        }
        // 5 runs of 360 minutes: 1.25 expected at most.
        #expect(alarms <= 2, "\(alarms) alarms in \(runs * 360) minutes")
    }

    @Test(
        "A world with bursts is believed less: what bursts always did is no finding",
        arguments: 1...6 as ClosedRange<UInt64>
    )
    func bursts(seed: UInt64) {
        var simulator = WatchSimulator(seed: seed, hasDetail: false)
        var random = SplitMix64(seed: seed &* 77)
        for _ in 0..<600 {
            simulator.run(1, Self.change { $0.errors = random.unit() < 0.1 ? 0.05 : 0.005 })
        }
        #expect(simulator.events == [], "seed \(seed)")
    }

    @Test("Stored and read back in the middle, a watch goes on as if nothing had been")
    func survivesStorage() throws {
        func run(storing: Bool) throws -> (events: [WatchEvent], watch: StableWatch) {
            let baseline = Baseline(from: [signalName("x"): .numbers((0..<500).map { Double($0 % 7) - 3 })], origin: "")
            var simulator = WatchSimulator(seed: 3, baseline: baseline)
            for part in 0..<40 {
                simulator.run(5, part < 28 ? Traffic() : Self.change { $0.errors = 0.05 })
                guard storing else { continue }
                let text = try JSONEncoder().encode(simulator.watch)
                simulator.replaceWatch(try JSONDecoder().decode(StableWatch.self, from: text))
            }
            return (simulator.events, simulator.watch)
        }
        let (kept, stored) = (try run(storing: false), try run(storing: true))

        #expect(kept.events == stored.events)
        #expect(kept.watch == stored.watch)
        #expect(kept.events.contains { $0.name == .stableDegraded })
    }

    @Test("The state stays small, and does not grow with time")
    func boundedState() throws {
        var simulator = WatchSimulator(seed: 8)
        simulator.run(150)
        let early = try JSONEncoder().encode(simulator.watch).count
        simulator.run(250)
        let late = try JSONEncoder().encode(simulator.watch).count

        #expect(late < early + early / 4, "\(early) bytes, then \(late)")
        #expect(late < 40_000)
    }

    @Test("A finding that is acknowledged is learnt as normal, and a change from there is found again")
    func acknowledged() throws {
        var simulator = WatchSimulator(seed: 2, hasDetail: false)
        simulator.run(120)
        simulator.run(40, Self.change { $0.errors = 0.05 })
        let finding = try #require(simulator.watch.findings.first)
        var watch = simulator.watch

        let events = watch.acknowledge(finding: finding.number, at: WatchSimulator.minute(160))
        #expect(events.map(\.name) == [.stableRecovered])
        #expect(events.map(\.finding.ending) == [.acknowledged])
        #expect(watch.acknowledge(finding: finding.number, at: WatchSimulator.minute(160)) == [])

        simulator.replaceWatch(watch)
        let before = simulator.events.count
        simulator.run(120, Self.change { $0.errors = 0.05 })
        #expect(simulator.events.count == before)
        simulator.run(30, Self.change { $0.errors = 0.2 })
        #expect(simulator.events.dropFirst(before).first?.name == .stableDegraded)
    }

    @Test("A lasting change becomes normal after the time that is set")
    func relearnt() throws {
        var simulator = WatchSimulator(seed: 2, settings: WatchSettings(relearnMinutes: 60), hasDetail: false)
        simulator.run(120)
        simulator.run(200, Self.change { $0.errors = 0.05 })

        #expect(simulator.events.map(\.name) == [.stableDegraded, .findingPersisted, .stableRecovered])
        #expect(simulator.events.last?.finding.ending == .becameNormal)
    }

    @Test("A limit is broken in M of N minutes, whatever the past is, and recovers")
    func limits() {
        let limit = WatchLimit(metric: .errorRate, above: 0.5, breaches: 2, of: 3)
        var simulator = WatchSimulator(seed: 4, settings: WatchSettings(limits: [limit]), hasDetail: false)
        let broken = Self.change { $0.errors = 0.9 }
        simulator.run(3)
        simulator.run(1, broken)
        #expect(simulator.events == [])
        simulator.run(1)
        simulator.run(1, broken)
        #expect(simulator.events.map(\.name) == [.stableDegraded])
        #expect(simulator.events.last?.finding.since == WatchSimulator.minute(3))
        #expect(simulator.watch.isStableDegraded)
        simulator.run(3)
        #expect(simulator.events.map(\.name) == [.stableDegraded, .stableRecovered])
    }

    @Test("A baseline is watched: its constraints at once, its distributions stretch by stretch")
    func baseline() {
        var random = SplitMix64(seed: 6)
        var tally = SignalTally.numbers((0..<4_000).map { _ in random.normal() }, role: .feature)
        tally.missing = 0
        let baseline = Baseline(from: [signalName("x"): tally], origin: "a file")
        var good = WatchSimulator(seed: 7, baseline: baseline)
        good.run(260, Self.change { $0.missing = 0 })
        var bad = WatchSimulator(seed: 7, baseline: baseline)
        bad.run(
            260,
            Self.change {
                $0.missing = 0.1; $0.feature = 0.7
            }
        )

        #expect(good.events == [])
        #expect(Set(bad.watch.findings.map(\.subject.aspect)) == [.missingValues, .baselineDistribution])
        #expect(bad.watch.findings.allSatisfy { $0.state == .lasting })
    }

    @Test("An old minute and an empty one change nothing")
    func ignored() {
        var simulator = WatchSimulator(seed: 1, hasDetail: false)
        simulator.run(10)
        var watch = simulator.watch
        let late = watch.fold(.fixture(requests: 100, errors: 100), minute: WatchSimulator.minute(5))

        #expect(late == [])
        #expect(watch == simulator.watch)
        #expect(watch.fold(CohortTally(), minute: WatchSimulator.minute(20)) == [])
    }
}

extension WatchFinding {
    fileprivate var openingEvent: WatchEvent.Name {
        switch self.kind {
        case .stableDegraded: .stableDegraded
        case .qualityDegraded: .qualityDegraded
        case .dataQualityViolated: .dataQualityViolated
        case .driftDetected: .driftDetected
        case .classImbalance: .classImbalanceDetected
        }
    }
}

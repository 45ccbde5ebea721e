import Dispatch
import PostgresClient
import RolloutCore
import RolloutEngine
import Synchronization
import Testing

@testable import PostgresStore

@Suite("Metrics of other systems")
struct ExternalMetricsTests {
    private static let check = Check(
        name: "business",
        comparison: .external(
            ExternalComparison(source: .webhook(url: "http://127.0.0.1/"), above: 10, breaches: 2, of: 3)
        ),
        weight: 0.1
    )

    @Test("are asked once an interval, kept with its stratum once, and roll back what breaches")
    func breaches() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout(plan: .quick(checks: Check.defaults + [Self.check]))
            let metrics = FakeMetrics { _ in ExternalReading(canary: 11, stable: 9) }
            let loop = bench.loop(metrics: metrics)

            let hasEnded = try eventually {
                try bench.observe(rollout, secondsBack: 1...1, canary: .fewCanary, stable: .fewStable)
                _ = try loop.tick()
                return try bench.rollout(rollout.id).state.isSettled
            }

            #expect(hasEnded)
            #expect(try bench.rollout(rollout.id).state == .rolledBack(.check))
            let last = try #require(try bench.decisions(of: rollout.id).last)
            #expect(last.reason.hasPrefix("check 'business'"))
            let strata = try bench.store.read { try $0.evidence(of: bench.rollout(rollout.id), through: .max) }
            let told = strata.filter { !$0.readings.isEmpty }
            #expect(told.allSatisfy { $0.readings == ["business": ExternalReading(canary: 11, stable: 9)] })
            #expect(told.count >= 2)
            #expect(Set(told.map(\.intervalStart)).count == told.count)
            let asked = metrics.subjects
            #expect(Set(asked.map(\.intervalStart)).count == asked.count)
            #expect(asked.allSatisfy { $0.canary == versionName("2") && $0.stable == versionName("1") })
        }
    }

    @Test("that answer slowly or not at all don't keep the loop from rolling back a broken canary")
    func slow() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout(plan: .quick(checks: Check.defaults + [Self.check]))
            let gate = DispatchSemaphore(value: 0)
            let metrics = FakeMetrics { _ in
                gate.wait()
                throw Missing("an answer")
            }
            defer { gate.signal() }
            let loop = bench.loop(metrics: metrics)
            let asked = try eventually {
                _ = try loop.tick()
                return !metrics.subjects.isEmpty
            }
            #expect(asked)

            try bench.observe(
                rollout,
                secondsBack: 1...5,
                canary: .fixture(requests: 100, errors: 30),
                stable: .fewStable
            )
            #expect(try bench.settle(rollout.id, by: loop).state == .rolledBack(.check))
            #expect(metrics.subjects.count == 1)
        }
    }

    @Test("are kept once when the loop doesn't hear that they were committed")
    func lostAnswers() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout(plan: .quick(checks: Check.defaults + [Self.check]))
            let metrics = FakeMetrics { _ in ExternalReading(canary: 1, stable: 1) }
            let loop = bench.loop(store: HardOfHearingStore(base: bench.store), metrics: metrics)
            func told() throws -> [EvidenceStratum] {
                try bench.store.read { try $0.evidence(of: bench.rollout(rollout.id), through: .max) }.filter {
                    !$0.readings.isEmpty
                }
            }

            let areKept = try eventually {
                _ = try? loop.tick()
                return try told().count >= 3
            }

            #expect(areKept)
            let intervals = try told().map(\.intervalStart)
            #expect(Set(intervals).count == intervals.count)
        }
    }

    @Test("that are no numbers are no data, and keep no tick from its work")
    func notFinite() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout(plan: .quick(checks: Check.defaults + [Self.check]))
            let odd = ExternalReading(canary: .nan, stable: -.infinity)
            let loop = bench.loop(metrics: FakeMetrics { _ in odd })

            let isKept = try eventually {
                _ = try loop.tick()
                let strata = try bench.store.read { try $0.evidence(of: bench.rollout(rollout.id), through: .max) }
                let kept = ExternalReading(error: "not a finite number: canary, stable")
                return strata.contains { $0.readings == ["business": kept] }
            }

            #expect(isKept)
        }
    }

    @Test("that can't be had are kept as what went wrong")
    func failing() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout(plan: .quick(checks: Check.defaults + [Self.check]))
            let loop = bench.loop(metrics: FakeMetrics { _ in throw Missing("the other system") })

            let isKept = try eventually {
                _ = try loop.tick()
                let strata = try bench.store.read { try $0.evidence(of: bench.rollout(rollout.id), through: .max) }
                return strata.contains { $0.readings["business"]?.error == "the other system is missing" }
            }

            #expect(isKept)
            #expect(try bench.rollout(rollout.id).state == .running(.pending))
        }
    }
}

/// A store of which every other answer is lost on the way back: the work is done, the caller never hears of it.
private struct HardOfHearingStore: RolloutStore {
    let base: any RolloutStore
    let calls = SequenceSource()

    func write<Result>(_ body: (any RolloutTransaction) throws -> Result) throws -> Result {
        let result = try self.base.write(body)
        if self.calls.next().isMultiple(of: 2) { throw FailingStore.Breakdown() }
        return result
    }

    func read<Result>(_ body: (any RolloutView) throws -> Result) throws -> Result { try self.base.read(body) }
    func acquireLease(holder: String, duration: Duration) throws -> Int64? {
        try self.base.acquireLease(holder: holder, duration: duration)
    }
    func releaseLease(holder: String) throws { try self.base.releaseLease(holder: holder) }
    func forget(before limit: Timestamp, outsideRollouts: Timestamp) throws {
        try self.base.forget(before: limit, outsideRollouts: outsideRollouts)
    }
}

/// Answers as it is told to, and remembers what it was asked.
private final class FakeMetrics: ExternalMetrics {
    private let asked = Mutex<[ExternalSubject]>([])
    private let answer: @Sendable (ExternalSubject) throws -> ExternalReading

    init(_ answer: @escaping @Sendable (ExternalSubject) throws -> ExternalReading) { self.answer = answer }

    var subjects: [ExternalSubject] { self.asked.withLock { $0 } }

    func read(_ source: ExternalSource, _ subject: ExternalSubject) throws -> ExternalReading {
        self.asked.withLock { $0.append(subject) }
        return try self.answer(subject)
    }
}

import ControlWire
import Foundation
import RolloutCore
import Testing

@testable import serin

@Suite("Decisions made again without a service")
struct OfflineTests {
    private static let start = Timestamp(seconds: 1_790_000_000)

    /// - Parameter canaryErrors: In each interval, of 100 requests; stable has 19 of 1 900.
    private static func strata(_ canaryErrors: [Int64]) -> [EvidenceStratum] {
        canaryErrors.enumerated().map { index, errors in
            EvidenceStratum(
                tick: Int64(index) + 1,
                intervalStart: self.start.adding(seconds: Double(index) * 10),
                generation: 5,
                canaryWeight: .fivePercent,
                canary: self.tally(100, errors),
                stable: self.tally(1_900, 19)
            )
        }
    }

    private static func tally(_ requests: Int64, _ errors: Int64) -> CohortTally {
        var outcomes = OutcomeCounts()
        outcomes[.success] = requests - errors
        outcomes[.serverError] = errors
        return CohortTally(outcomes: outcomes)
    }

    private static let plan = RolloutPlan(
        steps: [.init(weight: .fivePercent)],
        intervalSeconds: 10,
        bakeSeconds: 30,
        minimumRequests: 100,
        warmUp: .init(seconds: 10, requests: 50)
    )

    private static func walk(_ plan: RolloutPlan, _ strata: [EvidenceStratum]) throws -> RolloutWalk {
        var walk = RolloutWalk(
            plan: plan,
            id: RolloutID(7),
            model: try ModelName("digits"),
            canary: try VersionName("v2"),
            stable: try VersionName("v1"),
            start: self.start
        )
        let batches = EvidenceBatches(strata, intervalSeconds: plan.intervalSeconds)
        walk.run(batches, until: batches.batches.last?.arrival ?? self.start)
        return walk
    }

    private static let bad = strata([1, 1, 1] + Array(repeating: 9, count: 30))
    private static let good = strata(Array(repeating: 1, count: 12))

    @Test("A walk goes through the stages of a rollout and rolls a worse canary back")
    func walking() throws {
        let walk = try Self.walk(Self.plan, Self.bad)

        #expect(walk.rollout.state == .rolledBack(.check))
        #expect(
            walk.decisions.filter { $0.stateBefore != $0.stateAfter }.map(\.stateAfter) == [
                .running(.warming), .running(.progressing(step: 0)), .rolledBack(.check),
            ]
        )
        let last = try #require(walk.decisions.last)
        #expect(last.reason.hasPrefix("check 'error-rate'"))
        #expect(last.decidedAt.seconds(since: Self.start) < 200)
        #expect(try Self.walk(Self.plan, Self.good).rollout.state == .running(.progressing(step: 0)))
    }

    @Test("Every decision of a walk is made again the same from its inputs, to the last bit of ln E")
    func replaying() throws {
        let walk = try Self.walk(Self.plan, Self.bad)
        let rollout = RolloutResponse(walk.rollout)

        for decision in walk.decisions {
            let sent = try JSONEncoder().encode(DecisionResponse(decision))
            let received = try JSONDecoder().decode(DecisionResponse.self, from: sent)
            let replay = try Replay(received, of: rollout, strata: Self.bad)
            #expect(replay.isSame, "\(ReplayReport(replay: replay, painter: .plain).lines())")
            #expect(replay.largestDifference == 0)
        }
    }

    @Test("A replay tells when evidence is not what the decision rested on")
    func tampered() throws {
        let walk = try Self.walk(Self.plan, Self.bad)
        let rollout = RolloutResponse(walk.rollout)
        let last = DecisionResponse(try #require(walk.decisions.last))
        var other = Self.bad
        other[4].canary = Self.tally(100, 2)

        let replay = try Replay(last, of: rollout, strata: other)

        #expect(!replay.isSame && replay.largestDifference > 0.1)
        #expect(ReplayReport(replay: replay, painter: .plain).lines().last == "✖ not the same decision")
        #expect(throws: Replay.Refusal.self) { try Replay(last, of: rollout, strata: Array(Self.bad.prefix(3))) }
    }

    @Test("An operator's order rests on no evidence and can't be made again")
    func operatorOrders() throws {
        let walk = try Self.walk(Self.plan, Self.good)
        let order = Decision(
            rollout: RolloutID(7),
            sequence: 1,
            kind: .pause,
            reason: "lunch",
            actor: .operator("eve"),
            decidedAt: Self.start,
            stateBefore: .running(.pending),
            stateAfter: .paused(.pending),
            canaryWeight: .fivePercent,
            assessment: nil
        )

        #expect(
            throws: Replay.Refusal(reason: "it is operator:eve's order, which rests on no evidence")
        ) { try Replay(DecisionResponse(order), of: RolloutResponse(walk.rollout), strata: Self.good) }
    }

    @Test("Another plan decides at another time: with a large margin nothing is proven")
    func whatIf() throws {
        let walk = try Self.walk(Self.plan, Self.bad)
        let lenient = RolloutPlan(
            steps: Self.plan.steps,
            intervalSeconds: 60,
            bakeSeconds: 30,
            minimumRequests: 100,
            warmUp: .init(seconds: 10, requests: 50),
            checks: [
                Check(
                    name: "error-rate",
                    comparison: .errorRate(ShareComparison(harmOddsRatio: 10, promotionOddsRatio: 20)),
                    weight: 1
                )
            ]
        )
        let evidence = EvidenceResponse(
            rollout: RolloutResponse(walk.rollout),
            strata: Self.bad.map(StratumResponse.init)
        )

        let document = WhatIfCommand.Document(evidence, walk.decisions.map(DecisionResponse.init), plan: lenient)

        #expect(document.actual.rollout.state.phase == "rolledBack")
        #expect(document.would.rollout.state.phase != "rolledBack")
        // The evidence can't be cut again.
        #expect(document.would.rollout.plan.intervalSeconds == 10)
        #expect(document.lines(.plain).last == WhatIfCommand.caveat)
    }

    @Test("Evidence is read from one document, from pages, and without a rollout; anything else is refused")
    func files() throws {
        let walk = try Self.walk(Self.plan, Self.bad)
        let rollout = RolloutResponse(walk.rollout)
        func page(_ strata: ArraySlice<EvidenceStratum>) throws -> Data {
            try JSONEncoder().encode(EvidenceResponse(rollout: rollout, strata: strata.map(StratumResponse.init)))
        }
        let whole = try page(Self.bad[...])
        let pages = try page(Self.bad[5...]) + Data("\n".utf8) + page(Self.bad[..<5]) + Data("\n".utf8)
        let strata = try JSONEncoder().encode(["strata": Self.bad.map(StratumResponse.init)])

        #expect(try EvidenceFile(whole, path: "f").strata == Self.bad)
        #expect(try EvidenceFile(whole, path: "f").rollout == rollout)
        #expect(try EvidenceFile(pages, path: "f").strata == Self.bad)
        #expect(try EvidenceFile(strata, path: "f") == EvidenceFile(strata, path: "g"))
        #expect(try EvidenceFile(strata, path: "f").rollout == nil)
        #expect(throws: OfflineFailure.self) { try EvidenceFile(Data("{}".utf8), path: "f") }
        #expect(throws: OfflineFailure.self) { try EvidenceFile(Data(#"{"strata":[]}"#.utf8), path: "f") }
    }

    @Test("Evaluating tells the outcome, when, and why")
    func evaluating() throws {
        let evidence = try EvidenceFile(
            JSONEncoder().encode(["strata": Self.bad.map(StratumResponse.init)]),
            path: "f"
        )

        let report = try EvaluateCommand.report(plan: Self.plan, evidence: evidence)
        let lines = EvaluateCommand.lines(report, .plain)

        #expect(report.rollout.state.phase == "rolledBack")
        #expect(lines[0].hasPrefix("✖ rolled back (check) after "))
        #expect(lines.contains { $0.hasPrefix("Check error-rate") })
    }
}

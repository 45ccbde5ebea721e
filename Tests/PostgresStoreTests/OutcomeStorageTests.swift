import PostgresClient
import RolloutCore
import RolloutEngine
import Testing

@testable import PostgresStore

@Suite("Stored outcomes")
struct OutcomeStorageTests {
    @Test("Every way a request can end is counted apart: in traffic, for hard stops, and in the strata")
    func outcomes() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            var tally = CohortTally()
            for outcome in Outcome.allCases { tally.outcomes[outcome] = Int64(outcome.rawValue + 1) }
            tally.assigned = tally.outcomes.total
            try bench.observe(rollout, secondsBack: 3...3, canary: tally, stable: tally)
            _ = try bench.loop().tick()

            let (strata, traffic, recent) = try bench.store.read { view in
                (
                    try view.evidence(of: bench.rollout(rollout.id), through: .max),
                    try view.traffic(of: rollout.model, since: view.now.adding(seconds: -60)),
                    try view.recentEvidence(of: rollout.id, since: view.now.adding(seconds: -60))
                )
            }
            var sum = OutcomeCounts()
            for stratum in strata { sum.merge(stratum.canary.outcomes) }
            #expect(sum == tally.outcomes)
            #expect(traffic.map(\.tally.outcomes) == [tally.outcomes, tally.outcomes])
            #expect(recent.canary == tally.outcomes)
        }
    }
}

import RolloutCore
import Testing

@Suite("The bound on false rollbacks")
struct JudgeBoundTests {
    /// At α 5 % 400 rollouts of an equal version give at most 20 false ones on average; about 2 % are expected of this engine.
    @Test("Of 400 rollouts of an equal version no more than α are failed by any check at any look")
    func falseRollbacks() {
        var failed: [UInt64] = []

        for seed in 1...400 as ClosedRange<UInt64> {
            var simulator = TrafficSimulator(seed: seed, plan: .fixture())
            if simulator.intervals(
                until: .fail,
                limit: 12,
                .init(canaryRequests: 40, stableRequests: 120, canaryErrors: 0.05, stableErrors: 0.05)
            ) != nil {
                failed.append(seed)
            }
        }

        #expect(failed.count <= 20, "failed seeds \(failed)")
    }
}

import RolloutCore
import Statistics
import Testing

@testable import Simulation

@Suite("Rules that are the real judge")
struct JudgedRolloutTests {
    private static let experiment = Experiment(runs: 1, seed: 1, intervals: 10)

    /// The interval at which the default plan rolls back requests that are bad as given; nil when it never does.
    private static func rollback(_ rule: Rule<BinaryCounts>, bad1: Int64, bad0: Int64) -> Int? {
        let look = rule.begin()
        let counts = BinaryCounts(bad1: bad1, all1: 100, bad0: bad0, all0: 1_900, share: 0.05)
        return (1...experiment.intervals).first { _ in look(counts) }
    }

    @Test("A canary that fails every other request is rolled back in the first interval after the warm-up")
    func broken() {
        #expect(Self.rollback(.judgedErrors("", Self.experiment.plan()), bad1: 50, bad0: 19) == 2)
        #expect(Self.rollback(.judgedAborts("", Self.experiment.plan()), bad1: 50, bad0: 19) == 2)
    }

    @Test("A canary like stable is not, not even at the deadline")
    func alike() {
        #expect(Self.rollback(.judgedErrors("", Self.experiment.plan()), bad1: 1, bad0: 19) == nil)
        #expect(Self.rollback(.judgedAborts("", Self.experiment.plan()), bad1: 1, bad0: 19) == nil)
    }

    @Test("A canary twice as slow is rolled back in the first interval after the warm-up, one as fast is not")
    func latency() {
        let slow = LatencyTraffic(slowness: 2, slowedShare: 1).scenario("slow", .worse(from: 1))
        let alike = LatencyTraffic().scenario("alike", .alike)
        let rules: [Rule<LatencyCounts>] = [.judged("judge", Self.experiment.plan())]

        #expect(Self.experiment.firings(of: rules, in: slow) == [Firings([2])])
        #expect(Self.experiment.firings(of: rules, in: alike) == [Firings([nil])])
    }
}

import ProxyCore
import RolloutCore
import Testing

private func at(_ seconds: Double) -> LoopTime { LoopTime(microseconds: Int64(seconds * 1e6)) }

@Suite("Choice of an upstream")
struct UpstreamChoiceTests {
    private let well = UpstreamHealth(UpstreamSettings())

    private func unreachable() -> UpstreamHealth {
        var (health, random) = (self.well, FastRandom(seed: 1))
        health.connectFailed(at: at(0), random: &random)
        return health
    }

    /// Ejected at 0 s, on trial from about 1 s on.
    private func ejected() -> UpstreamHealth {
        var (health, random) = (self.well, FastRandom(seed: 1))
        health.eject(.unanswered, beside: [self.well], at: at(0), random: &random)
        return health
    }

    private func choose(_ candidates: [(UpstreamHealth, pending: Int)], at seconds: Double = 0.1) -> Int? {
        var (choice, random) = (UpstreamChoice(at: at(seconds)), FastRandom(seed: 1))
        for (index, candidate) in candidates.enumerated() {
            choice.consider(index, candidate.0, pending: candidate.pending, random: &random)
        }
        return choice.index
    }

    @Test("The one with the least pending is chosen, the first among equals")
    func leastPending() {
        #expect(self.choose([]) == nil)
        #expect(self.choose([(self.well, 3), (self.well, 1), (self.well, 1), (self.well, 2)]) == 1)
    }

    @Test("Those that don't serve come last, but come when there is nobody else")
    func order() {
        #expect(self.choose([(self.ejected(), 0), (self.unreachable(), 0), (self.well, 900)]) == 2)
        #expect(self.choose([(self.unreachable(), 0), (self.ejected(), 900)]) == 1)
        #expect(self.choose([(self.unreachable(), 0)]) == 0)
    }

    @Test("One whose trial is due goes first, and the choice says so")
    func trial() {
        var (choice, random) = (UpstreamChoice(at: at(2)), FastRandom(seed: 1))
        choice.consider(0, self.well, pending: 0, random: &random)
        #expect(!choice.isTrial)
        choice.consider(1, self.ejected(), pending: 5, random: &random)
        #expect(choice.index == 1 && choice.isTrial)
    }

    @Test("One that starts slowly gets about half its share of an idle version when half its time is over")
    func slowStart() {
        let (seed, draws) = (UInt64(7), 20_000)
        var random = FastRandom(seed: seed)
        let newcomer = UpstreamHealth(UpstreamSettings(slowStartSeconds: 10), startsSlowlyAt: at(0))
        var chosen = 0
        for draw in 0..<draws {
            var choice = UpstreamChoice(at: at(5))
            for index in draw.isMultiple(of: 2) ? [0, 1] : [1, 0] {
                choice.consider(index, index == 0 ? newcomer : self.well, pending: 0, random: &random)
            }
            if choice.index == 0 { chosen += 1 }
        }

        let share = Double(chosen) / Double(draws)
        #expect(abs(share - 0.25) < 0.02, "seed \(seed)")
    }

    @Test("One that starts slowly holds no more than its part of what the others hold")
    func slowStartUnderLoad() {
        let newcomer = UpstreamHealth(UpstreamSettings(slowStartSeconds: 10), startsSlowlyAt: at(0))
        var random = FastRandom(seed: 3)
        var chosen = 0
        for _ in 0..<1_000 {
            var choice = UpstreamChoice(at: at(1))
            choice.consider(0, newcomer, pending: 1, random: &random)
            choice.consider(1, self.well, pending: 9, random: &random)
            if choice.index == 0 { chosen += 1 }
        }
        #expect(chosen == 0)
    }
}

import ProxyCore
import RolloutCore
import Testing

private func at(_ seconds: Double) -> LoopTime { LoopTime(microseconds: Int64(seconds * 1e6)) }

@Suite("Active probe")
struct ProbeStateTests {
    private let rule = ProbeRule(path: "/v2/health/ready", passes: 2, failures: 3)

    @Test("The first result decides alone; later ones need several in a row that say the contrary")
    func thresholds() {
        var state = ProbeState(self.rule, at: at(0))
        #expect(state.isReady == nil)
        #expect(state.ended(status: 503) == false)

        let results: [Int?] = [200, 503, 200, 204, 200, nil, 503, 200, 404, nil, 301]
        let changes = results.map { state.ended(status: $0) }

        #expect(changes == [nil, nil, nil, true, nil, nil, nil, nil, nil, nil, false])
        #expect(state.totals == ProbeTotals(passed: 5, failed: 7))
    }

    @Test("A status that is asked for is the only good one")
    func status() {
        var rule = self.rule
        rule.status = 204
        var state = ProbeState(rule, at: at(0))
        #expect(state.ended(status: 200) == false)
        _ = state.ended(status: 204)
        #expect(state.ended(status: 204) == true)
    }

    @Test("A probe is due at once, then an interval after it began, never while one is under way")
    func schedule() {
        var (state, random) = (ProbeState(self.rule, at: at(1)), FastRandom(seed: 1))
        #expect(state.isDue(at: at(1)))
        #expect(state.began(at: at(1), random: &random) == at(2))
        #expect(!state.isDue(at: at(99)))
        _ = state.ended(status: 200)
        #expect(!state.isDue(at: at(5.4)))
        #expect(state.isDue(at: at(6.6)))
    }
}

import Testing

@testable import Simulation

/// The short form of `make simulate`: few and short rollouts of everything that is promised.
///
/// With few runs a share may exceed its bound by chance, so two standard errors are let pass; our rules stay far below.
@Suite("Bounds on false rollbacks, simulated")
struct ChapterTests {
    /// What takes little time is played more often.
    private static func experiment(_ chapter: Chapter) -> Experiment {
        let runs =
            switch chapter {
            case .scores, .classes, .ranking, .split, .mirrored: 200
            case .binary, .latency, .late, .guardrails, .ramp, .drift, .bursts, .sticky, .stickyDelay, .slowKeys: 50
            }
        return Experiment(runs: runs, seed: 1, intervals: 8, scope: .promises)
    }

    @Test("No rule of ours rolls back more than its part of versions that are alike", arguments: Chapter.allCases)
    func bounds(_ chapter: Chapter) {
        let experiment = Self.experiment(chapter)

        let table = chapter.table(experiment)

        #expect(table.promises > 0)
        #expect(table.brokenPromises(tolerating: 2).isEmpty, "seed \(experiment.seed)\n\(table.text)")
    }

    /// The traffic is such that a rule can fail: what counts requests of keys that fail in bursts does.
    @Test("The same rule on requests that stay with their user's version breaks the bound")
    func clustersBreakIt() {
        let scenario = StickyTraffic(meanBurst: 10).scenario("burst 10")
        let rule = Rule.stratified("requests").reading { (failures: PlaceFailures) in failures.byRequest }

        let firings = Experiment(runs: 100, seed: 1, intervals: 10).firings(of: [rule], in: scenario)

        #expect(firings[0].shareFired() > 0.2)
    }

    @Test("The same experiment gives the same numbers, however its runs are spread over threads")
    func repeatable() {
        let experiment = Experiment(runs: 40, seed: 3, intervals: 5)

        #expect(Chapter.scores.table(experiment) == Chapter.scores.table(experiment))
    }
}

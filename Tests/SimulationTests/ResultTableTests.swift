import Testing

@testable import Simulation

@Suite("Tables of what was measured")
struct ResultTableTests {
    /// Fires at the given interval of every run.
    private static func rule(_ name: String, firesAt interval: Int, promise: Promise = .none) -> Rule<Int> {
        Rule(name, promise: promise) { { $0 == interval } }
    }

    /// Intervals are their own numbers.
    private static func scenario(_ name: String, _ truth: Scenario<Int>.Truth) -> Scenario<Int> {
        Scenario(name, truth) { _ in
            var interval = 0
            return { _ in
                interval += 1
                return interval
            }
        }
    }

    private static let table = Experiment(runs: 4, seed: 1, intervals: 10).table(
        .binary,
        "Fires when told",
        [scenario("alike", .alike), scenario("worse", .worse(from: 1)), scenario("worse at 5", .worse(from: 5))],
        [
            rule("at 7", firesAt: 7, promise: .ours), rule("never", firesAt: 11, promise: .ours),
            rule("at 3", firesAt: 3),
        ]
    )

    @Test("Text shows false rollbacks with their error, delays since the change, and whose rule it is")
    func text() {
        #expect(
            Self.table.text == """
                Fires when told  [binary]
                rule     alike         worse               worse at 5
                ----------------------------------------------------------------------------
                * at 7   100.0 % ±0.0  7 (7)               3 (3)
                * never  0.0 % ±0.0    - (-), found 0.0 %  - (-), found 0.0 %
                  at 3   100.0 % ±0.0  3 (3)               - (-), found 0.0 %, early 100.0 %
                """
        )
    }

    @Test("A rule of ours that fires where nothing is wrong breaks its promise; one of others promised nothing")
    func brokenPromises() {
        #expect(
            Self.table.brokenPromises() == [
                "binary: 'at 7' rolled back 100.0 % of the rollouts of 'alike' falsely; promised is at most 5.0 %"
            ]
        )
        #expect(Self.table.promises == 4)
    }

    @Test("A firing before the change is a false rollback and no delay")
    func early() {
        let firings = Firings([2, 3, 9, 12, nil])

        #expect(firings.shareFired() == 0.8)
        #expect(firings.shareFired(before: 5) == 0.4)
        #expect(firings.delay(0, since: 5) == 5)
        #expect(firings.delay(0.5, since: 5) == 8)
        #expect(firings.delay(0.9, since: 5) == nil)
    }
}

internal import Dispatch
internal import Synchronization

/// Plays a scenario many times and notes when each rule fires.
///
/// Run `i` draws from a stream of its own, so the same seed gives the same numbers on any number of threads.
package struct Experiment: Sendable {
    /// Rollouts of each scenario.
    package let runs: Int
    package let seed: UInt64
    /// Intervals of a rollout, each with a look of every rule.
    package let intervals: Int
    package let scope: Scope

    package enum Scope: Sendable {
        case everything
        /// Only what decides whether promises are kept: our rules, and versions that are alike.
        case promises
    }

    /// - Precondition: there is a run and an interval.
    package init(runs: Int, seed: UInt64, intervals: Int = 100, scope: Scope = .everything) {
        precondition(runs > 0 && intervals > 0, "an experiment has one run of one interval at least")
        self.runs = runs
        self.seed = seed
        self.intervals = intervals
        self.scope = scope
    }

    /// When each rule fired, in the order of the rules; they all see the same intervals.
    func firings<Interval>(of rules: [Rule<Interval>], in scenario: Scenario<Interval>) -> [Firings] {
        let looks = Mutex([[Int?]](repeating: [], count: runs))
        DispatchQueue.concurrentPerform(iterations: runs) { run in
            let fired = play(scenario, run: run, rules)
            looks.withLock { $0[run] = fired }
        }
        let byRun = looks.withLock { $0 }
        return rules.indices.map { rule in Firings(byRun.map { $0[rule] }) }
    }

    /// The interval at which each rule fired for the first time in one run.
    private func play<Interval>(_ scenario: Scenario<Interval>, run: Int, _ rules: [Rule<Interval>]) -> [Int?] {
        var random = SeededRandom(seed: seed, stream: scenario.name, run: run)
        let traffic = scenario.begin(&random)
        let looks = rules.map { $0.begin() }
        var fired = [Int?](repeating: nil, count: rules.count)
        for interval in 1...intervals {
            let evidence = traffic(&random)
            for rule in rules.indices where fired[rule] == nil {
                if looks[rule](evidence) { fired[rule] = interval }
            }
            if !fired.contains(nil) { break }
        }
        return fired
    }
}

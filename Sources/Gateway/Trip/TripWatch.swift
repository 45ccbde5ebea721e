import ProxyCore
import RolloutCore
import Synchronization

/// Watches over one rollout for the plan's hard stop, all event loops of the gateway together.
///
/// A request that ends well costs its loop two plain stores. Only a canary request that failed makes the loop look at what all of them
/// have counted, under a lock: the rule is then met at that very request, whichever loops the ones before it ran on.
final class TripWatch: Sendable {
    let route: TripSubject
    private let loops: [TripCounts]
    /// Runs over all loops together, as they happen to end; written on failed connections, and to end a run.
    private let canaryRun = Atomic<Int64>(0)
    private let stableRun = Atomic<Int64>(0)
    private let detector: Mutex<TripDetector>
    private let mark = Atomic(false)
    private let tripped: @Sendable (TripSubject, HardStop, RecentEvidence) -> Void

    /// - Parameter tripped: Told once, on the loop that found it; must not wait.
    init(
        _ route: TripSubject,
        rule: HardStop,
        loopCount: Int,
        at time: LoopTime,
        tripped: @escaping @Sendable (TripSubject, HardStop, RecentEvidence) -> Void
    ) {
        self.route = route
        self.loops = (0..<loopCount).map { _ in TripCounts() }
        self.detector = Mutex(TripDetector(rule, at: time))
        self.tripped = tripped
    }

    /// The rule is met: the canary gets nothing from here on, whenever the routes without it are applied.
    var hasTripped: Bool { self.mark.load(ordering: .relaxed) }

    /// The end of a request, on the loop with this number.
    func count(_ outcome: Outcome, of cohort: Cohort, on loop: Int, at time: LoopTime) {
        switch cohort {
        case .canary:
            self.loops[loop].addCanary(outcome)
            Self.count(outcome, in: self.canaryRun)
            if outcome.isError || outcome == .clientAborted { self.look(on: loop, at: time) }
        case .stable, .baseline:
            self.loops[loop].addStable(outcome)
            Self.count(outcome, in: self.stableRun)
        }
    }

    /// A request that the canary couldn't take found no connection to stable, either.
    func stableWasUnreachable(on loop: Int) {
        self.loops[loop].stableWasUnreachable()
        self.stableRun.add(1, ordering: .relaxed)
    }

    /// Ten times a second, on one of the loops: lets time pass, and finds what no failing request would, as when stable recovers.
    func tick(at time: LoopTime) {
        self.detector.withLock { $0.sample(self.totals, at: time) }
        for loop in self.loops.indices { self.look(on: loop, at: time) }
    }

    private func look(on loop: Int, at time: LoopTime) {
        if self.hasTripped { return }
        let longestOfStable = self.loops.reduce(self.stableRun.load(ordering: .relaxed)) { max($0, $1.stableRun) }
        let runs = TripRuns(
            canary: max(self.canaryRun.load(ordering: .relaxed), self.loops[loop].canaryRun),
            stable: longestOfStable
        )
        let (rule, evidence) = self.detector.withLock { ($0.rule, $0.finding(self.totals, runs, at: time)) }
        guard let evidence, !self.mark.exchange(true, ordering: .relaxed) else { return }
        self.tripped(self.route, rule, evidence)
    }

    private var totals: TripTotals { self.loops.reduce(into: TripTotals()) { $1.add(to: &$0) } }

    private static func count(_ outcome: Outcome, in run: borrowing Atomic<Int64>) {
        switch outcome {
        case .connectFailure: run.add(1, ordering: .relaxed)
        case .success, .clientError, .serverError, .timeout, .upstreamFailure:
            // Loops share it, so what is 0 as a rule is read only.
            if run.load(ordering: .relaxed) != 0 { run.store(0, ordering: .relaxed) }
        case .clientAborted, .gatewayFailure, .saturated: break  // Says nothing about connections.
        }
    }
}

/// Which canary a watch is over.
struct TripSubject: Hashable, Sendable {
    let model: ModelName
    let rollout: RolloutID
    let canary: VersionName
}

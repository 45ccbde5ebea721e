import ProxyCore
import RolloutCore
import Synchronization

/// What one event loop counts of one rollout.
///
/// Written by that loop alone and read by any: a count is then a plain store to memory that no other loop writes, and what a reader
/// sees is at most an instant old.
final class TripCounts: Sendable {
    /// As many as `TripTotals.Counts` has places.
    private typealias Counts = InlineArray<16, Atomic<Int64>>

    private let canaryOutcomes = Counts { _ in Atomic(0) }
    private let stableOutcomes = Counts { _ in Atomic(0) }
    private let canaryRuns = Atomic<Int64>(0)
    private let stableRuns = Atomic<Int64>(0)

    func addCanary(_ outcome: Outcome) {
        Self.add(1, to: self.canaryOutcomes[outcome.rawValue])
        Self.count(outcome, in: self.canaryRuns)
    }

    func addStable(_ outcome: Outcome) {
        Self.add(1, to: self.stableOutcomes[outcome.rawValue])
        Self.count(outcome, in: self.stableRuns)
    }

    /// A request of somebody else's found no connection to stable, either.
    func stableWasUnreachable() { Self.add(1, to: self.stableRuns) }

    /// Requests in a row, up to now, that found no connection.
    var canaryRun: Int64 { self.canaryRuns.load(ordering: .relaxed) }
    var stableRun: Int64 { self.stableRuns.load(ordering: .relaxed) }

    func add(to totals: inout TripTotals) {
        for place in self.canaryOutcomes.indices {
            totals.canary[place] += self.canaryOutcomes[place].load(ordering: .relaxed)
            totals.stable[place] += self.stableOutcomes[place].load(ordering: .relaxed)
        }
    }

    private static func add(_ one: Int64, to count: borrowing Atomic<Int64>) {
        count.store(count.load(ordering: .relaxed) + one, ordering: .relaxed)
    }

    private static func count(_ outcome: Outcome, in run: borrowing Atomic<Int64>) {
        switch outcome {
        case .connectFailure: self.add(1, to: run)
        case .success, .clientError, .serverError, .timeout, .upstreamFailure:
            // What is 0 as a rule is not written to.
            if run.load(ordering: .relaxed) != 0 { run.store(0, ordering: .relaxed) }
        case .clientAborted, .gatewayFailure, .saturated: break  // Says nothing about connections.
        }
    }
}

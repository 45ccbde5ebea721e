/// Chooses among the addresses of a version: the one with the fewest requests pending of those that serve.
///
/// Consider them one by one, beginning anywhere: among equals the first wins. One that has come to its trial goes first. Those that
/// start slowly take part in a growing share of the choices, and count what is pending there as that much more. Those that don't
/// serve come last, the ones that can't be connected behind the others, so that never all are out of the question.
package struct UpstreamChoice: Equatable, Sendable {
    private enum Rank: Int, Comparable {
        case onTrial
        case serving
        /// It starts slowly, and this time it isn't its turn.
        case passedOver
        case unfit
        case unreachable

        static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    private let now: LoopTime
    private var best: (index: Int, rank: Rank, pending: Int)?

    package init(at now: LoopTime) { self.now = now }

    /// What was given to `consider` with the best one; nil when there was none.
    package var index: Int? { self.best?.index }
    /// The request finds out whether it is back.
    package var isTrial: Bool { self.best?.rank == .onTrial }

    /// - Parameter pending: Requests and attempts to connect under way there.
    package mutating func consider(
        _ index: Int,
        _ health: borrowing UpstreamHealth,
        pending: Int,
        random: inout some RandomNumberGenerator
    ) {
        var pending = pending
        let rank: Rank
        switch health.availability(at: self.now) {
        case .onTrial: rank = .onTrial
        case .serving(share: 1): rank = .serving
        case .serving(let share):
            rank = Double.random(in: 0..<1, using: &random) < share ? .serving : .passedOver
            pending = Int(Double(pending) / share)
        case .unfit: rank = .unfit
        case .unreachable: rank = .unreachable
        }
        if let best, (best.rank, best.pending) <= (rank, pending) { return }
        self.best = (index, rank, pending)
    }

    package static func == (a: Self, b: Self) -> Bool {
        a.now == b.now && a.index == b.index && a.best?.rank == b.best?.rank && a.best?.pending == b.best?.pending
    }
}

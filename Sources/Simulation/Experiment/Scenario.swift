/// What two versions do, interval by interval, and what is true about them.
struct Scenario<Interval>: Sendable {
    enum Truth: Hashable, Sendable {
        /// The versions are alike: every rollback is false.
        case alike
        /// The canary is worse from this interval on, the first being 1: a rollback before it is false.
        case worse(from: Int)
    }

    /// Draws the intervals of one rollout in turn.
    typealias Traffic = (inout SeededRandom) -> Interval

    let name: String
    let truth: Truth
    /// Begins a rollout; may draw what stays the same in all its intervals, such as which user is whose.
    let begin: @Sendable (inout SeededRandom) -> Traffic

    init(_ name: String, _ truth: Truth, begin: @escaping @Sendable (inout SeededRandom) -> Traffic) {
        self.name = name
        self.truth = truth
        self.begin = begin
    }
}

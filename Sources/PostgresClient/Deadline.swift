/// A moment after which a wait is given up.
struct Deadline {
    let limit: Duration
    private let instant: ContinuousClock.Instant

    init(after limit: Duration) {
        self.limit = limit
        instant = ContinuousClock.now.advanced(by: limit)
    }

    /// Milliseconds for `poll`, rounded up so that the wait never spins; 0 when the deadline has passed.
    var pollTimeout: Int32 {
        let left = ContinuousClock.now.duration(to: instant)
        guard left > .zero else { return 0 }
        return Int32(clamping: left.wholeMilliseconds)
    }
}

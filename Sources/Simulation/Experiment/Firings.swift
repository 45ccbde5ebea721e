/// When one rule fired in each of many runs; `nil` where it never did.
struct Firings: Equatable, Sendable {
    let looks: [Int?]

    init(_ looks: [Int?]) {
        precondition(!looks.isEmpty, "firings are of one run at least")
        self.looks = looks
    }

    /// The share of runs in which the rule fired before interval `change`; in all of them, without one.
    func shareFired(before change: Int = .max) -> Double {
        Double(looks.count { $0.map { $0 < change } ?? false }) / Double(looks.count)
    }

    /// Intervals from the change to the firing, the interval of the change counting 1, below which the share `quantile` of the
    /// runs lies. Runs that fired before the change are left out; `nil` when it never fired in so many runs.
    func delay(_ quantile: Double, since change: Int) -> Int? {
        let delays = looks.filter { $0 ?? .max >= change }.map { $0.map { $0 - change + 1 } ?? .max }.sorted()
        guard !delays.isEmpty else { return nil }
        let delay = delays[min(delays.count - 1, Int(quantile * Double(delays.count)))]
        return delay == .max ? nil : delay
    }

    /// The standard error of a share that was estimated from these runs.
    func standardError(of share: Double) -> Double { (share * (1 - share) / Double(looks.count)).squareRoot() }
}

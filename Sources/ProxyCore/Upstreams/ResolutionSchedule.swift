/// When one name is looked up again: a value without I/O.
package struct ResolutionSchedule: Equatable, Sendable {
    private let interval: Duration
    package private(set) var isAsking = false
    private var dueAt: LoopTime
    /// A connection failed since the last lookup began.
    package private(set) var isDoubted = false
    private var askedAt: LoopTime?
    /// Lookups in a row that found nothing.
    private var failures = 0

    /// A lookup that found nothing, or whose addresses fail, is repeated after this long.
    private static let retry = Duration.seconds(1)

    package init(every interval: Duration, at now: LoopTime) {
        self.interval = interval
        self.dueAt = now
    }

    package func isDue(at now: LoopTime) -> Bool {
        if self.isAsking { return false }
        if self.dueAt <= now { return true }
        guard self.isDoubted, let askedAt else { return false }
        return askedAt.adding(Self.retry) <= now
    }

    package mutating func began(at now: LoopTime) {
        self.isAsking = true
        self.isDoubted = false
        self.askedAt = now
    }

    package mutating func ended(foundAny: Bool, at now: LoopTime, random: inout some RandomNumberGenerator) {
        self.isAsking = false
        self.failures = foundAny ? 0 : self.failures + 1
        let wait = foundAny ? self.interval : min(self.interval, Self.retry * (1 << min(10, self.failures - 1)))
        let microseconds = Double(wait.microseconds) * Double.random(in: 0.9...1.1, using: &random)
        self.dueAt = now.adding(.microseconds(Int64(microseconds)))
    }

    /// No connection could be made: the name may stand for something else by now.
    package mutating func connectionFailed() { self.isDoubted = true }
}

/// Bounds what stable is asked in the canary's place: as much as it answers well, and little more.
///
/// A repetition takes a place; the place is free again when stable has answered it well. One that stable failed is free only after a
/// while. So a stable that is well can stand in for any canary, with a bound on what is kept and pending at one time, and one that
/// fails or hangs is soon left alone: a rescue is never the load that breaks it.
package struct RescueBudget: Equatable, Sendable {
    /// Repetitions at one time.
    package static let places = 128
    /// Places that come back each second whatever stable did with them.
    private static let returnedPerSecond = 2.0

    private var free = Double(Self.places)
    /// Repetitions that have not ended.
    private var pending = 0
    private var at: LoopTime

    package init(at time: LoopTime) { self.at = time }

    /// - Returns: false when stable is not to be asked.
    package mutating func take(at time: LoopTime) -> Bool {
        self.refill(at: time)
        guard self.free >= 1 else { return false }
        self.free -= 1
        self.pending += 1
        return true
    }

    /// - Parameter isWell: Stable answered wholly and below 500; nil when nobody waited for the answer.
    package mutating func ended(isWell: Bool?, at time: LoopTime) {
        precondition(self.pending > 0, "a repetition ends once")
        self.refill(at: time)
        self.pending -= 1
        if isWell ?? true { self.free = min(self.most, self.free + 1) }
    }

    /// Nothing is pending, and it is as good as a new one.
    package mutating func isIdle(at time: LoopTime) -> Bool {
        self.refill(at: time)
        return self.pending == 0 && self.free >= self.most
    }

    private var most: Double { Double(Self.places - self.pending) }

    private mutating func refill(at time: LoopTime) {
        let seconds = Double(time.microseconds(since: self.at)) / 1e6
        self.at = max(self.at, time)
        self.free = min(self.most, self.free + seconds * Self.returnedPerSecond)
    }
}

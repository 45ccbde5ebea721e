/// So many of something a second, and no more than one second's worth at once.
package struct Allowance: Equatable, Sendable {
    private let perSecond: Double
    private let most: Double
    private var available: Double
    private var at: LoopTime

    package init(perSecond: Double, at time: LoopTime) {
        self.perSecond = perSecond
        self.most = max(1, perSecond)
        self.available = self.most
        self.at = time
    }

    /// Takes up to `wanted`, and returns how many there were.
    package mutating func take(_ wanted: Int, at time: LoopTime) -> Int {
        self.available = self.available(at: time)
        self.at = max(self.at, time)
        let count = min(wanted, Int(self.available))
        self.available -= Double(count)
        return count
    }

    /// Whether it is as good as a new one.
    package func isFull(at time: LoopTime) -> Bool { self.available(at: time) >= self.most }

    private func available(at time: LoopTime) -> Double {
        let seconds = Double(time.microseconds(since: self.at)) / 1e6
        return min(self.most, self.available + seconds * self.perSecond)
    }
}

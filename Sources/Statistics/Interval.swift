/// A lower and an upper limit, both included.
package struct Interval: Sendable, Hashable {
    package let lower: Double
    package let upper: Double

    package init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }
}

/// A number with the interval it is uncertain in.
package struct Estimate: Sendable, Hashable {
    package let value: Double
    package let interval: Interval

    package init(value: Double, interval: Interval) {
        self.value = value
        self.interval = interval
    }
}

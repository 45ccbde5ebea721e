package import RolloutCore

/// When the active probe of one address is due, and what its results say: a value without I/O, one for the whole gateway.
package struct ProbeState: Equatable, Sendable {
    private let rule: ProbeRule
    /// Nil before the first result, which decides alone.
    package private(set) var isReady: Bool?
    /// Results in a row that speak against `isReady`.
    private var contrary = 0
    private var isRunning = false
    private var dueAt: LoopTime
    package private(set) var totals = ProbeTotals()

    /// The first probe is due at once: until its result the address counts as ready.
    package init(_ rule: ProbeRule, at now: LoopTime) {
        self.rule = rule
        self.dueAt = now
    }

    package func isDue(at now: LoopTime) -> Bool { !self.isRunning && self.dueAt <= now }

    /// - Returns: When the probe has taken too long.
    package mutating func began(at now: LoopTime, random: inout some RandomNumberGenerator) -> LoopTime {
        self.isRunning = true
        // A tenth sooner or later, so that gateways that started together don't ask together.
        let interval = Double(self.rule.intervalSeconds) * Double.random(in: 0.9...1.1, using: &random)
        self.dueAt = now.adding(.microseconds(Int64(interval * 1e6)))
        return now.adding(.milliseconds(self.rule.timeoutMilliseconds))
    }

    /// - Parameter status: Of the answer; nil when there was none in time.
    /// - Returns: Whether the address is ready now, when that has changed; nil when it hasn't.
    package mutating func ended(status: Int?) -> Bool? {
        self.isRunning = false
        let passed = status.map(self.isGood) ?? false
        if passed { self.totals.passed += 1 } else { self.totals.failed += 1 }
        guard let isReady else {
            self.isReady = passed
            return passed
        }
        if passed == isReady {
            self.contrary = 0
            return nil
        }
        self.contrary += 1
        guard self.contrary >= (passed ? self.rule.passes : self.rule.failures) else { return nil }
        self.contrary = 0
        self.isReady = passed
        return passed
    }

    private func isGood(_ status: Int) -> Bool { self.rule.status.map { $0 == status } ?? (200...299).contains(status) }
}

/// What probes of one address found since they began.
package struct ProbeTotals: Equatable, Sendable {
    package var passed: Int64 = 0
    package var failed: Int64 = 0

    package init(passed: Int64 = 0, failed: Int64 = 0) {
        self.passed = passed
        self.failed = failed
    }

    package mutating func merge(_ other: ProbeTotals) {
        self.passed += other.passed
        self.failed += other.failed
    }
}

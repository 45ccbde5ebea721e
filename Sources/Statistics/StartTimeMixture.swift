import RealModule

/// A bet on one odds ratio, spread over start times: A_t = (A_{t−1} + v_t) e_t, kept as a logarithm.
package struct StartTimeMixture: Sendable, Equatable {
    package let startTimes: StartTimes
    package private(set) var intervals = 0
    /// ln A_t: the worth of the bets that have started.
    private(set) var logStarted = -Double.infinity

    package init(startTimes: StartTimes) {
        self.startTimes = startTimes
    }

    /// Ends an interval whose evidence is e^`logEvidence`.
    package mutating func advance(logEvidence: Double) {
        intervals += 1
        let weight = startTimes.weight(ofInterval: intervals)
        logStarted = LogDomain.sum(logStarted, weight > 0 ? .log(weight) : -.infinity) + logEvidence
    }

    /// ln E_t, with E_t = A_t + the weight of the start times to come.
    package var logE: Double {
        let waiting = startTimes.weightAfter(interval: intervals)
        return LogDomain.sum(logStarted, waiting > 0 ? .log(waiting) : -.infinity)
    }
}

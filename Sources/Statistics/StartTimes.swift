/// When the canary may have become bad: the prior over the interval from which an e-process bets.
package enum StartTimes: Sendable, Hashable {
    /// Every bet starts with the first interval.
    case first
    /// Half of the bets start with the first interval, the rest evenly over a planned number of intervals;
    /// finds a regression that begins in the middle. An interval after the horizon starts no bet.
    case spread(horizon: Int)
    /// Weight 1/(s(s+1)) for interval s: for watching without a planned end.
    case openEnded
    /// The share of the bets that start with each interval, from the first; later intervals start none.
    case weights([Double])

    /// v_s, the share of the bets that start with interval `s` (from 1).
    func weight(ofInterval s: Int) -> Double {
        switch self {
        case .first:
            return s == 1 ? 1 : 0
        case .spread(let horizon):
            let even = 0.5 / Double(max(horizon, 1))
            if s == 1 { return 0.5 + even }
            return s <= horizon ? even : 0
        case .openEnded:
            return 1 / (Double(s) * Double(s + 1))
        case .weights(let weights):
            return s <= weights.count ? weights[s - 1] : 0
        }
    }

    /// Σ of the weights of the intervals after `s`: money not yet bet.
    func weightAfter(interval s: Int) -> Double {
        switch self {
        case .first:
            return s == 0 ? 1 : 0
        case .spread(let horizon):
            let horizon = max(horizon, 1)
            if s == 0 { return 1 }
            return 0.5 * Double(max(horizon - s, 0)) / Double(horizon)
        case .openEnded:
            return 1 / Double(s + 1)
        case .weights(let weights):
            return weights.dropFirst(s).reduce(0, +)
        }
    }
}

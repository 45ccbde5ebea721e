/// The tables of the simulation, in the order in which they are printed.
package enum Chapter: String, CaseIterable, Sendable {
    /// Error rate and wrong predictions, against everything that is used for them elsewhere.
    case binary
    case latency
    case scores
    case classes
    case ranking
    /// Whether requests are split as configured.
    case split
    /// A regression that begins in the middle.
    case late
    /// Ten guardrails together.
    case guardrails
    /// A growing share of traffic while everybody's error rate changes.
    case ramp
    /// Stable itself gets worse.
    case drift
    /// Failures in bursts, with requests drawn one by one.
    case bursts
    /// Failures in bursts of keys that stay with one version.
    case sticky
    /// How soon the same rules find a regression.
    case stickyDelay = "sticky-delay"
    /// Slow keys that stay with one version.
    case slowKeys = "slow-keys"
    /// Requests that both versions are asked.
    case mirrored

    package func table(_ experiment: Experiment) -> ResultTable {
        switch self {
        case .binary: experiment.binaryTable
        case .latency: experiment.latencyTable
        case .scores: experiment.scoreTable
        case .classes: experiment.classTable
        case .ranking: experiment.rankingTable
        case .split: experiment.splitTable
        case .late: experiment.lateTable
        case .guardrails: experiment.guardrailTable
        case .ramp: experiment.rampTable
        case .drift: experiment.driftTable
        case .bursts: experiment.burstTable
        case .sticky: experiment.stickyTable
        case .stickyDelay: experiment.stickyDelayTable
        case .slowKeys: experiment.slowKeyTable
        case .mirrored: experiment.mirroredTable
        }
    }
}

import RealModule

/// Evidence against a null hypothesis that may be looked at after every interval.
///
/// Under the null the probability that E ever reaches 1/α is at most α (Ville's inequality).
package protocol EProcess: Sendable, Equatable {
    /// ln E after the last fold; 0 before the first.
    var logE: Double { get }
    /// The largest ``logE`` there was, at least 0.
    var largestLogE: Double { get }
}

extension EProcess {
    /// A p-value that may be read at every look: 1 over the largest E so far.
    package var anytimePValue: Double { .exp(-largestLogE) }

    /// Whether E ever reached 1/`alpha`.
    package func rejects(at alpha: Double) -> Bool { largestLogE >= LogDomain.threshold(alpha: alpha) }
}

/// Evidence so far beside what it must reach.
package struct EvidenceLevel: Hashable, Sendable, Codable {
    /// Natural logarithm of the largest E so far, at least 0.
    package let logE: Double
    package let logThreshold: Double

    package init(logE: Double, logThreshold: Double) {
        self.logE = logE
        self.logThreshold = logThreshold
    }

    package var isReached: Bool { self.logE >= self.logThreshold }
}

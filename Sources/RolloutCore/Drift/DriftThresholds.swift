/// From which size on a difference between two distributions matters, and how sure one must be that it isn't chance.
package struct DriftThresholds: Hashable, Sendable, Codable {
    /// Population stability index less its expectation without drift: a warning from the first, drift from the second on.
    package var stabilityIndexWarning: Double
    package var stabilityIndex: Double
    /// Jensen–Shannon distance to base 2, 0…1.
    package var jensenShannon: Double
    /// Largest difference between the shares of a bucket, 0…1.
    package var largestDifference: Double
    /// Wasserstein distance in the reference's standard deviations.
    package var movement: Double
    /// Difference between the shares of rows without a usable value, 0…1.
    package var missingShare: Double
    /// The stability index is not read where chance alone makes it this large.
    package var stabilityNoise: Double
    /// Share of false ones among the signals called drifted, on average and for one look; in (0, 1).
    package var falseDiscoveryRate: Double
    /// Share of the judged signals that must have drifted for the whole to have drifted; 0 means any one.
    package var driftedShare: Double

    package init(
        stabilityIndexWarning: Double = 0.1,
        stabilityIndex: Double = 0.25,
        jensenShannon: Double = 0.1,
        largestDifference: Double = 0.1,
        movement: Double = 0.1,
        missingShare: Double = 0.05,
        stabilityNoise: Double = 0.02,
        falseDiscoveryRate: Double = 0.05,
        driftedShare: Double = 0
    ) {
        self.stabilityIndexWarning = stabilityIndexWarning
        self.stabilityIndex = stabilityIndex
        self.jensenShannon = jensenShannon
        self.largestDifference = largestDifference
        self.movement = movement
        self.missingShare = missingShare
        self.stabilityNoise = stabilityNoise
        self.falseDiscoveryRate = falseDiscoveryRate
        self.driftedShare = driftedShare
    }
}

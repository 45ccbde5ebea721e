/// Compares the odds of a bad unit between the cohorts: a request that failed (server error, timeout, no connection, broken answer)
/// or was given up by its client, or a row without a usable prediction.
package struct ShareComparison: Hashable, Sendable, Codable {
    /// Harm is an odds ratio of bad units above this; 1…10.
    package var harmOddsRatio: Double
    /// Promotion needs proof that the odds ratio is below this; above `harmOddsRatio`, at most 20.
    package var promotionOddsRatio: Double
    /// A canary proven to have bad units in less than this share needs no comparison with stable; 0…0.5, 0 switches it off.
    ///
    /// Without it two versions that never err could never be told apart from two that can't be compared.
    package var acceptableShare: Double
    /// A proven loss smaller than this difference in shares doesn't roll back; 0…1.
    package var minimumDifference: Double

    package init(
        harmOddsRatio: Double = 1.1,
        promotionOddsRatio: Double = 1.5,
        acceptableShare: Double = 0.005,
        minimumDifference: Double = 0.001
    ) {
        self.harmOddsRatio = harmOddsRatio
        self.promotionOddsRatio = promotionOddsRatio
        self.acceptableShare = acceptableShare
        self.minimumDifference = minimumDifference
    }

    /// Half a point of rows: fewer unusable predictions are no harm.
    package static let invalidOutputs = ShareComparison(minimumDifference: 0.005)
}

import RealModule

/// Watches a promoted version without a planned end: the Shiryaev–Roberts e-detector R_t = (R_{t−1} + 1)e_t.
///
/// An alarm at R ≥ c comes by chance once in c intervals at most (average run length ≥ c), and by interval T with
/// probability T/c at most. R is the mean over the odds ratios of a grid. J. Shin, A. Ramdas and A. Rinaldo,
/// "E-detectors: a nonparametric framework for sequential change detection", 2023.
package struct EDetector: Sendable, Equatable {
    package let grid: OddsRatioGrid
    /// ln(1 + R) of each odds ratio of the grid: finite, 0 at the start, and with the grid all there is to be stored.
    package private(set) var state: [Double]

    package init(grid: OddsRatioGrid) {
        self.grid = grid
        state = Array(repeating: 0, count: grid.alternatives.count)
    }

    /// Goes on from a stored ``state``; fails when it is not one of a detector with this grid.
    package init?(grid: OddsRatioGrid, state: [Double]) {
        guard state.count == grid.alternatives.count, state.allSatisfy({ $0 >= 0 && $0.isFinite }) else { return nil }
        self.grid = grid
        self.state = state
    }

    /// Takes in all strata of one interval; one without evidence only lets R grow by 1.
    ///
    /// - Parameter factor: λ in (0, 1], how much is believed when units come in clusters; e^λ is an e-value still (Jensen).
    package mutating func fold(interval strata: some Collection<Stratum>, temperedBy factor: Double = 1) {
        precondition(factor > 0 && factor <= 1, "a tempering factor lies in (0, 1]")
        for stratum in strata {
            for (index, evidence) in stratum.logEvidence(for: grid).enumerated() {
                state[index] += factor * evidence
            }
        }
        for index in state.indices { state[index] = LogDomain.sum(0, state[index]) }
    }

    /// ln R after the last interval; minus infinity before the first.
    package var logR: Double {
        LogDomain.mean(state.map { $0 > 0 ? $0 + .log(-.expMinusOne(-$0)) : -.infinity })
    }

    /// Whether R has reached `averageRunLength`: at most one false alarm in so many intervals.
    package func raisesAlarm(averageRunLength: Double) -> Bool { logR >= .log(averageRunLength) }
}

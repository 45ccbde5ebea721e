import RealModule
import Testing

@testable import Statistics

@Suite("Distances between distributions")
struct DistributionDistanceTests {
    /// Reference values: scipy 1.17.1 and numpy 2.4.6.
    @Test("Distances agree with the reference")
    func reference() throws {
        #expect(
            isClose(
                DistributionDistance.jensenShannon([1, 0], [0, 1], base: .exp(1)),
                0.8325546111576977,
                within: 1e-9
            )
        )
        #expect(isClose(DistributionDistance.hellinger([1, 0], [0, 1]), 1, within: 2e-8))
        let lInfinity = DistributionDistance.lInfinity(["a": 50, "b": 30, "c": 20], ["a": 20, "b": 15, "d": 5])
        #expect(isClose(lInfinity, 0.2, within: 1e-9))
        let wasserstein = DistributionDistance.wasserstein(StandardNormalSamples.first, StandardNormalSamples.second)
        #expect(isClose(wasserstein, 0.502601111111111, within: 1e-9))
        // wasserstein_distance([0, 1, 2], [0, 1, 2], weights [3, 2, 5] and [1, 1, 8])
        let positioned = DistributionDistance.wasserstein([3, 2, 5], [1, 1, 8], positions: [0, 1, 2])
        #expect(isClose(positioned, 0.5, within: 1e-12))
    }

    @Test("A distribution has no distance to itself, and disjoint ones are at distance one")
    func extremes() {
        let p: [Int64] = [3, 0, 7, 5]
        #expect(isClose(DistributionDistance.jensenShannon(p, p), 0, within: 1e-9))
        #expect(isClose(DistributionDistance.hellinger(p, p), 0, within: 2e-8))
        #expect(DistributionDistance.lInfinity(p, p) == 0)
        #expect(DistributionDistance.wasserstein([1, 2, 3], [3, 2, 1]) == 0)
        #expect(isClose(DistributionDistance.jensenShannon([4, 0], [0, 9]), 1, within: 1e-12))
    }

    @Test("Without counts or with values that are not finite there is no distance")
    func undefined() {
        #expect(DistributionDistance.jensenShannon([0, 0], [1, 2]) == nil)
        #expect(DistributionDistance.hellinger([1, 2], [0, 0]) == nil)
        #expect(DistributionDistance.lInfinity([Int64](), []) == nil)
        #expect(DistributionDistance.wasserstein([], [1]) == nil)
        #expect(DistributionDistance.wasserstein([.nan], [1]) == nil)
        #expect(DistributionDistance.wasserstein([.infinity], [1]) == nil)
    }
}

import Testing

@testable import Statistics

@Suite("Population stability")
struct PopulationStabilityTests {
    /// Reference values: scipy 1.17.1 and the formulas of Yurdakul 2018.
    @Test("Index, expectation, adjustment and p-value agree with the reference")
    func reference() throws {
        let small = try #require(PopulationStability(reference: [1, 1], current: [1, 0]))
        #expect(isClose(small.index, 0.2746530721670274, within: 1e-9))

        let large = PopulationStability(index: 0.12, currentCount: 1000, referenceCount: 19000, buckets: 10)
        #expect(isClose(large.expectationWithoutDrift, 0.009473684210526315, within: 1e-12))
        let pValue = try #require(large.pValue)
        #expect(isClose(pValue / 2.2497928045312042e-20, 1, within: 1e-9))
        #expect(large.isMeaningful)

        let few = PopulationStability(index: 0.15, currentCount: 100, referenceCount: 1900, buckets: 10)
        #expect(isClose(few.adjusted, 0.055263157894736833, within: 1e-12))
        #expect(!few.isMeaningful)
    }

    /// Reference values: numpy 2.4.6 with Evidently's rule, 0.7.23.
    @Test("What stands in for an empty bucket decides the index as in the reference")
    func smoothing() {
        func index(_ reference: [Double], _ current: [Double], _ smoothing: ShareSmoothing) -> Double? {
            PopulationStability.index(reference: reference, current: current, smoothing: smoothing)
        }
        let (reference, current): ([Double], [Double]) = ([30, 50, 20, 0], [10, 20, 0, 5])
        #expect(isClose(index(reference, current, .filledAsEvidently), 2.566704663733038, within: 1e-12))
        #expect(isClose(index(reference, current, .filled(0.001)), 1.7684732883354222, within: 1e-12))
        #expect(isClose(index(reference, current, .added(1)), 0.7690667369342022, within: 1e-12))
        #expect(index(reference, current, .none) == .infinity)
        #expect(index([3, 0, 7], [3, 0, 7], .none) == 0)
        #expect(isClose(index([1, 99999, 0], [5, 5, 5], .filledAsEvidently), 12.28033203320463, within: 1e-9))
        #expect(index([0, 0], [1, 2], .none) == nil)
    }

    /// Reference values: numpy 2.4.6.
    @Test("Cuts at tied deciles are merged before counting")
    func tiedDeciles() throws {
        let reference =
            Array(repeating: 0.0, count: 30) + Array(repeating: 1, count: 10) + Array(repeating: 2, count: 10)
        let current = Array(repeating: 0.0, count: 10) + Array(repeating: 1, count: 20) + Array(repeating: 3, count: 5)
        let cuts = try #require(QuantileCuts(reference: reference, buckets: 10))
        #expect(areClose(cuts.cuts, [0, 0.3999999999999986, 1, 1.2000000000000028, 2], within: 1e-12))
        #expect(cuts.counts(of: reference) == [0, 30, 0, 10, 0, 10])
        #expect(cuts.counts(of: current) == [0, 10, 0, 20, 0, 5])
        let stability = PopulationStability(reference: cuts.counts(of: reference), current: cuts.counts(of: current))
        #expect(isClose(stability?.index, 0.5819070380287283, within: 1e-9))
    }

    @Test("The index of equal counts is zero and exchanging the sides changes nothing")
    func symmetry() throws {
        #expect(PopulationStability(reference: [4, 0, 6], current: [4, 0, 6])?.index == 0)
        let there = try #require(PopulationStability(reference: [4, 0, 6], current: [1, 9, 2]))
        let back = try #require(PopulationStability(reference: [1, 9, 2], current: [4, 0, 6]))
        #expect(isClose(there.index, back.index, within: 1e-15))
    }

    @Test("An empty side has no index, and a single bucket no p-value")
    func undefined() {
        #expect(PopulationStability(reference: [0, 0], current: [1, 0]) == nil)
        #expect(PopulationStability(reference: [1, 0], current: [0, 0]) == nil)
        #expect(PopulationStability(reference: [3], current: [4])?.pValue == nil)
        #expect(QuantileCuts(reference: [.nan], buckets: 10) == nil)
    }

    @Test("Without drift the index is its expectation on average")
    func expectationWithoutDrift() throws {
        let seed: UInt64 = 51
        var random = SplitMix64(seed: seed)
        func counts(_ total: Int) -> [Int64] {
            (0..<total).reduce(into: Array(repeating: 0, count: 10)) { counts, _ in
                counts[Int.random(in: 0..<10, using: &random)] += 1
            }
        }
        let runs = 200
        let sum = (0..<runs).reduce(0.0) { sum, _ in
            sum + (PopulationStability(reference: counts(1900), current: counts(100))?.index ?? 0)
        }
        // .0920 on average by simulation elsewhere, .0947 by the formula.
        #expect(isClose(sum / Double(runs), 0.093, within: 0.01), "seed \(seed)")
    }
}

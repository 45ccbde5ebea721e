import Testing

@testable import Statistics

@Suite("Exact and one-sided tests of two samples")
struct RankTestTests {
    static let first: [Double] = [1, 2, 3, 4, 5, 6, 7, 8]
    static let second: [Double] = [2.5, 3.5, 7.5, 9, 10]

    /// Reference values: scipy 1.17.1, `ks_2samp`.
    @Test(
        "Both p-values of a distance agree with the reference in every direction",
        arguments: [
            (Alternative.twoSided, 0.475, 0.4001554001554002, 0.3939791666666669),
            (.less, 0.025, 0.9230769230769231, 0.9734361183458333),
            (.greater, 0.475, 0.20046620046620048, 0.16090790811730304),
        ]
    )
    func distance(alternative: Alternative, statistic: Double, exact: Double, asymptotic: Double) throws {
        let test = try #require(KolmogorovSmirnov(Self.first, Self.second))
        #expect(isClose(test.statistic(alternative), statistic, within: 1e-12))
        #expect(isClose(test.exactPValue(alternative), exact, within: 1e-12))
        #expect(isClose(test.asymptoticPValue(alternative), asymptotic, within: 1e-12))
    }

    /// Reference value: scipy 1.17.1. The numbers of paths are beyond any Double here.
    @Test("The exact p-value of large samples neither overflows nor vanishes")
    func largeSamples() throws {
        let test = try #require(
            KolmogorovSmirnov((0..<600).map { Double(2 * $0) }, (0..<500).map { 2.5 * Double($0) + 17.3 })
        )
        #expect(isClose(test.statistic, 0.055, within: 1e-12))
        #expect(isClose(test.exactPValue(), 0.36751079441529294, within: 1e-9))
    }

    /// Reference values: scipy 1.17.1, `mannwhitneyu`.
    @Test(
        "All p-values of ranks agree with the reference in every direction",
        arguments: [
            (Alternative.twoSided, 0.28438228438228436, 0.24156658696897293, 0.2722535810629989),
            (.less, 0.14219114219114218, 0.12078329348448646, 0.13612679053149945),
            (.greater, 0.888888888888889, 0.8792167065155135, 0.8933003728118186),
        ]
    )
    func ranks(alternative: Alternative, exact: Double, plain: Double, corrected: Double) throws {
        let test = try #require(MannWhitney(Self.first, Self.second))
        #expect(test.u == 12)
        #expect(!test.hasTies)
        #expect(isClose(test.exactPValue(alternative), exact, within: 1e-12))
        #expect(isClose(test.pValue(alternative, continuityCorrection: false), plain, within: 1e-12))
        #expect(isClose(test.pValue(alternative), corrected, within: 1e-12))
        #expect(MannWhitney([1, 2], [2, 3])?.hasTies == true)
    }

    @Test(
        "The exact p-value is the share of all arrangements that are as extreme",
        arguments: [(3, 4), (5, 2), (1, 6)]
    )
    func enumeration(n: Int, m: Int) throws {
        let seed: UInt64 = 91
        var random = SplitMix64(seed: seed)
        let values = (0..<n + m).map { _ in random.unit() }
        let test = try #require(MannWhitney(values.prefix(n), values.dropFirst(n)))
        let (extreme, total) = (0..<1 << (n + m)).reduce((0, 0)) { counts, mask in
            guard mask.nonzeroBitCount == n else { return counts }
            let inFirst = values.indices.map { mask >> $0 & 1 == 1 }
            let u = values.indices.filter { inFirst[$0] }.reduce(0) { u, i in
                u + values.indices.count { !inFirst[$0] && values[$0] < values[i] }
            }
            return (counts.0 + (Double(u) >= test.u ? 1 : 0), counts.1 + 1)
        }
        #expect(isClose(test.exactPValue(.greater), Double(extreme) / Double(total), within: 1e-12), "seed \(seed)")
    }

    @Test("Both tails of the exact distribution share what lies at U, and all masses add up to one")
    func tails() {
        let distribution = MannWhitneyDistribution(firstCount: 30, secondCount: 40)
        #expect(isClose(distribution.upperTail(0), 1, within: 1e-12))
        #expect(isClose(distribution.upperTail(600) + distribution.upperTail(601), 1, within: 1e-12))
        #expect(distribution.upperTail(1200) > 0)
    }
}

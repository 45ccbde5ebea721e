import Testing

@testable import Statistics

@Suite("Kolmogorov's distribution")
struct KolmogorovDistributionTests {
    /// Reference values: scipy 1.17.1, `kstwo.sf`; one row at least for each of the methods.
    @Test(
        "Tails of finitely many rows agree with the reference",
        arguments: [
            (1, 0.7, 0.6000000000000001), (10, 0.04, 1), (10, 0.09, 0.9999610360566907), (10, 0.25, 0.4841115325000003),
            (10, 0.6, 0.0005681672000000003), (10, 0.95, 1.9531250000000172e-13), (26, 0.31, 0.010218766684556235),
            (140, 0.05, 0.8576480297656114), (140, 0.12, 0.03252638258561632), (141, 0.004, 1),
            (300, 0.02, 0.9995956727697175), (667, 0.0365, 0.32862814311585686), (667, 0.0765, 0.0007674668074129204),
            (5000, 0.012, 0.4639912166690192), (200_000, 0.002, 0.39995085369038097),
        ]
    )
    func upperTail(rows: Int, d: Double, tail: Double) {
        #expect(isClose(KolmogorovDistribution(rows: rows).upperTail(d), tail, within: 1e-12))
    }

    /// Reference values: scipy 1.17.1, `kstwobign.sf`.
    @Test(
        "The limit distribution agrees with the reference on both of its series",
        arguments: [
            (0.3, 0.999990694), (0.8, 0.544142412), (1, 0.269999672), (1.18, 0.123453809), (1.36, 0.0494858768),
            (2.5, 7.45330634e-6),
        ]
    )
    func limit(lambda: Double, tail: Double) {
        #expect(isClose(KolmogorovDistribution.limitUpperTail(lambda) / tail, 1, within: 1e-8))
    }

    @Test("The methods meet where one takes over from another, and tails only fall")
    func continuity() {
        for rows in [2, 7, 139, 140, 141, 900] {
            let distribution = KolmogorovDistribution(rows: rows)
            let tails = (0...1000).map { distribution.upperTail(Double($0) / 1000) }
            #expect(zip(tails, tails.dropFirst()).allSatisfy { $0 >= $1 - 1e-7 }, "\(rows) rows")
            #expect((tails[0], tails[1000]) == (1, 0))
        }
    }
}

import RealModule
import Testing

@testable import Statistics

@Suite("Many tests and many looks")
struct MultipleTestingTests {
    @Test("Procedures reject the indices of the reference")
    func reference() {
        let eValues = MultipleTesting.eBenjaminiHochberg(logE: [100, 2, 2].map { .log($0) }, alpha: 0.05)
        #expect(eValues == [0])
        let pValues = MultipleTesting.benjaminiHochberg(pValues: [0.001, 0.2, 0.012, 0.03, 0.6, 0.04], rate: 0.05)
        #expect(pValues == [0, 2])
    }

    @Test("e-BH takes a weaker E along when enough others are large")
    func eValuesTogether() {
        let logE = [41, 3, 42].map { Double.log($0) }
        #expect(MultipleTesting.eBenjaminiHochberg(logE: logE, alpha: 0.05) == [0, 2])
        #expect(MultipleTesting.eBenjaminiHochberg(logE: Array(logE.prefix(1)), alpha: 0.05) == [0])
        #expect(MultipleTesting.eBenjaminiHochberg(logE: [.log(41), 0, 0], alpha: 0.05).isEmpty)
        #expect(MultipleTesting.eBenjaminiHochberg(logE: [], alpha: 0.05).isEmpty)
    }

    @Test("An E that meets its threshold exactly is rejected, and an infinite one always")
    func exactThreshold() {
        #expect(MultipleTesting.eBenjaminiHochberg(eValues: [20], alpha: 0.05) == [0])
        #expect(MultipleTesting.eBenjaminiHochberg(eValues: [Double(20).nextDown], alpha: 0.05).isEmpty)
        #expect(MultipleTesting.eBenjaminiHochberg(eValues: [0, .infinity, 30], alpha: 0.05) == [1, 2])
    }

    @Test("A mixture counts each E by its weight")
    func mixture() {
        let logE = LogDomain.mixture([.log(3), .log(7), 900], weights: [0.25, 0.75, 0])
        #expect(isClose(logE, .log(6), within: 1e-15))
    }

    @Test("A guard with a share of the error probability needs more evidence")
    func weightedThreshold() {
        #expect(isClose(.exp(LogDomain.threshold(alpha: 0.05, weight: 0.3)), 66.66666666666667, within: 1e-9))
        #expect(isClose(LogDomain.mean([.log(3), .log(5)]), .log(4), within: 1e-15))
        #expect(isClose(LogDomain.threshold(alpha: 0.05), .log(20), within: 1e-15))
    }

    /// Published by Armitage, McPherson and Rowe 1969; the value for ten looks with more digits by integration.
    @Test(
        "Repeated looks cost what was published",
        arguments: [(1, 0.05), (2, 0.0831), (5, 0.1417), (10, 0.19335796883463297), (20, 0.2479)]
    )
    func repeatedLooks(looks: Int, rate: Double) {
        let design = GroupSequentialDesign(equallySpacedLooks: looks)
        #expect(isClose(design.falsePositiveRate(limit: 1.959963985, sides: .two), rate, within: 1e-4))
    }

    /// C. Jennison and B. Turnbull 2000, table 2.1.
    @Test("Constant limits are those published", arguments: [(1, 1.960), (2, 2.178), (3, 2.289)])
    func constantLimits(looks: Int, limit: Double) {
        let design = GroupSequentialDesign(equallySpacedLooks: looks)
        #expect(isClose(design.constantLimit(alpha: 0.05, sides: .two), limit, within: 5e-4))
    }

    /// Reference values: numeric integration elsewhere; for O'Brien–Fleming those of gsDesign.
    @Test("Limits that spend the error probability agree with the reference")
    func spending() {
        let design = GroupSequentialDesign(equallySpacedLooks: 5)
        let pocock = [2.4379766880500116, 2.42681146201742, 2.410189040417076, 2.396640893010359, 2.3859875322063946]
        #expect(areClose(design.limits(.pocock, oneSidedAlpha: 0.025), pocock, within: 2e-4))
        let obrienFleming = [4.8769, 3.3570, 2.6803, 2.2898, 2.0310]
        #expect(areClose(design.limits(.obrienFleming, oneSidedAlpha: 0.025), obrienFleming, within: 2e-4))
    }

    @Test("However many looks there are and however they are spaced, limits spend the whole error probability")
    func spendsAll() {
        let designs = [
            GroupSequentialDesign(equallySpacedLooks: 7), GroupSequentialDesign(times: [0.1, 0.35, 0.9, 1]),
        ]
        for design in designs {
            for spending in [GroupSequentialDesign.Spending.pocock, .obrienFleming, .power(exponent: 2)] {
                var walk = StoppedWalk(sides: .one)
                let spent = zip(design.limits(spending, oneSidedAlpha: 0.025), design.times).reduce(0) { spent, look in
                    let crossing = walk.crossingProbability(limit: look.0, time: look.1)
                    walk.advance(limit: look.0, time: look.1)
                    return spent + crossing
                }
                #expect(isClose(spent, 0.025, within: 1e-6))
            }
        }
        let limits = GroupSequentialDesign(times: [0.25, 1]).limits(.power(exponent: 1), oneSidedAlpha: 0.1)
        #expect(isClose(limits[0], NormalDistribution.quantile(1 - 0.025), within: 1e-9))
    }
}

import RealModule
import Testing

@testable import Statistics

@Suite("Confidence sequences")
struct ConfidenceSequenceTests {
    /// Reference values: GrowthBook's `gbstats` and its own test vector.
    @Test("Half widths agree with the reference")
    func halfWidths() {
        let oneSided = AsymptoticConfidenceSequence(alpha: 0.05, sides: .one, plannedRows: 5000)
        let standardError = 1.3 / Double(2000).squareRoot()
        #expect(
            isClose(oneSided.halfWidth(standardError: standardError, rows: 2000), 0.08389320422048835, within: 1e-9)
        )
        let twoSided = AsymptoticConfidenceSequence(alpha: 0.05, sides: .two, plannedRows: 1000)
        #expect(isClose(twoSided.halfWidth(standardError: 0.33341, rows: 6461), 1.0618, within: 2e-4))
        #expect(twoSided.halfWidth(standardError: 1, rows: 0) == .infinity)
    }

    @Test("E reaches 1/α exactly where the two-sided interval leaves zero out")
    func duality() throws {
        let sequence = AsymptoticConfidenceSequence(alpha: 0.05, sides: .two, plannedRows: 3000)
        let edge = sequence.halfWidth(standardError: 0.2, rows: 1234)
        let logE = try #require(sequence.logE(difference: edge, standardError: 0.2, rows: 1234))
        #expect(isClose(logE, .log(20), within: 1e-10))
        #expect(sequence.logE(difference: 1, standardError: 0, rows: 1234) == nil)
    }

    @Test("A level that changes together with the traffic share makes no difference within strata")
    func simpson() throws {
        var difference = StratifiedDifference()
        var (pooled1, pooled0) = (Moments(), Moments())
        for (share, level) in [(5, 1.0), (50, 2.0)] {
            let canary = Moments((0..<share).map { level + ($0.isMultiple(of: 2) ? 0.1 : -0.1) })
            let stable = Moments((0..<100).map { level + ($0.isMultiple(of: 2) ? 0.1 : -0.1) })
            difference.fold(canary: canary, stable: stable)
            pooled1.merge(canary)
            pooled0.merge(stable)
        }
        #expect(abs(pooled1.mean - pooled0.mean) > 0.3)
        #expect(abs(try #require(difference.value)) < 0.01)
        #expect(difference.rows == 255)
    }

    @Test("The combined difference weights strata by n₁n₀/(n₁+n₀) and is bounded on the side asked for")
    func combination() throws {
        var difference = StratifiedDifference()
        #expect(difference.value == nil)
        #expect(difference.standardError == nil)
        difference.fold(canary: Moments([1]), stable: Moments([1, 2]))
        #expect(difference.value == nil)
        difference.fold(difference: 1, variance: 0.25, weight: 2, rows: 10)
        difference.fold(difference: 4, variance: 1, weight: 1, rows: 20)
        #expect(isClose(difference.value, 2, within: 1e-15))
        #expect(isClose(difference.standardError, Double(2).squareRoot() / 3, within: 1e-15))
        let sequence = AsymptoticConfidenceSequence(alpha: 0.05, sides: .one, plannedRows: 100)
        let half = sequence.halfWidth(standardError: Double(2).squareRoot() / 3, rows: 30)
        let upper = try #require(difference.interval(sequence))
        let lower = try #require(difference.interval(sequence, boundedSide: .lower))
        #expect((upper.lower, lower.upper) == (-.infinity, .infinity))
        #expect(isClose(upper.upper, 2 + half, within: 1e-12))
        #expect(isClose(lower.lower, 2 - half, within: 1e-12))
    }

    @Test("Ratios of means and areas under ROC curves are combined the same way")
    func otherStatistics() throws {
        let (canary, stable) = (Moments([2, 4, 6]), Moments([1, 2, 3, 2]))
        var ratio = StratifiedDifference()
        ratio.foldLogRatio(canary: canary, stable: stable)
        // Half of 1/12 − 1/24, as the logarithms of the means lie too low by that.
        #expect(isClose(ratio.value, .log(2) + 1 / 48.0, within: 1e-15))
        // Var of means 4/3 and (2/3)/4, divided by the squared means 16 and 4.
        #expect(isClose(ratio.standardError, (1 / 12.0 + 1 / 24.0).squareRoot(), within: 1e-15))
        ratio.foldLogRatio(canary: Moments([0, 0]), stable: stable)
        #expect(ratio.rows == 7)

        let better = ROCCurve(positives: [1, 2, 4, 8, 15, 20], negatives: [40, 30, 20, 12, 6, 2])
        let random = ROCCurve(positives: [5, 5], negatives: [5, 5])
        var area = StratifiedDifference()
        area.foldArea(canary: better, stable: random)
        area.foldArea(canary: better, stable: ROCCurve(positives: [1, 1], negatives: [0, 0]))
        #expect(isClose(area.value, 0.4041818181818182, within: 1e-12))
        #expect(area.rows == 180)
        let variance = try #require(better.areaVariance) + #require(random.areaVariance)
        #expect(isClose(area.standardError, variance.squareRoot(), within: 1e-15))
    }

    @Test("A side with fewer rows doesn't look smaller in a ratio of means")
    func biasOfLogarithms() throws {
        var random = SplitMix64(seed: 11)
        var sum = 0.0
        for _ in 0..<4_000 {
            func exponential() -> Double { -.log(1 - Double(random.next() >> 11) * 0x1p-53) }
            var ratio = StratifiedDifference()
            ratio.foldLogRatio(
                canary: Moments((0..<20).map { _ in exponential() }),
                stable: Moments((0..<200).map { _ in exponential() })
            )
            sum += try #require(ratio.value)
        }

        // Of 20 exponential values the logarithm of the mean lies 1/40 too low; the mean of 4 000 is known to ±0.004.
        #expect(abs(sum / 4_000) < 0.01, "seed 11: \(sum / 4_000)")
    }

    @Test("What is merged is what would have been folded one by one")
    func merging() {
        let strata = [(Moments([2, 4, 6]), Moments([1, 2, 3, 2])), (Moments([1, 5]), Moments([3, 3, 4]))]
        var (whole, merged) = (StratifiedDifference(), StratifiedDifference())
        for (canary, stable) in strata {
            whole.fold(canary: canary, stable: stable)
            var one = StratifiedDifference()
            one.fold(canary: canary, stable: stable)
            merged.merge(one)
        }

        #expect(merged == whole)
    }

    @Test("The one-sided mixture boundary is tighter than the two-sided one and solves its equation")
    func oneSidedBound() {
        let optimum = (variance: 500.0, alpha: 0.05)
        let one = TimeUniformBound.normalMixture(variance: 2500, alpha: 0.05, optimum: optimum, sides: .one)
        let two = TimeUniformBound.normalMixture(variance: 2500, alpha: 0.05, optimum: optimum)
        #expect(one < two)
        // ∫ 2φ(λ√ρ)√ρ e^(λs − λ²v/2) dλ over λ > 0, with ρ tuned to 2α = 0.1, must be 1/α.
        let rho = 500 / (2 * Double.log(10) + .log(1 + 2 * .log(10)))
        let step = 1e-5
        let integral = (0..<60_000).reduce(0.0) { sum, index in
            let slope = (Double(index) + 0.5) * step
            let density = 2 * NormalDistribution.density(slope * rho.squareRoot()) * rho.squareRoot()
            return sum + density * .exp(slope * one - slope * slope * 1250) * step
        }
        #expect(isClose(integral, 20, within: 1e-4))
    }

    /// Reference values: confseq 0.0.11.
    @Test("Time-uniform bounds agree with the reference")
    func bounds() {
        let mixture = TimeUniformBound.normalMixture(variance: 2500, alpha: 0.01, optimum: (variance: 500, alpha: 0.05))
        #expect(isClose(mixture, 181.945019540917, within: 1e-7))
        let distribution = TimeUniformBound.empiricalDistribution(rows: 1000, alpha: 0.025, start: 100)
        #expect(isClose(distribution, 0.08422018076284843, within: 1e-7))
        #expect(isClose(TimeUniformBound.iteratedLogarithmConstant(alpha: 0.05), 8.1227193458282, within: 1e-7))
        #expect(TimeUniformBound.empiricalDistribution(rows: 99, alpha: 0.025, start: 100) == .infinity)
    }

    /// Reference values: the theorem's bound minimised and solved with scipy 1.17.1.
    @Test(
        "The band around a distribution function agrees with the reference for other slopes",
        arguments: [
            (0.75, 0.08731913288312274), (0.85, 0.0820477877091485), (1.0, 0.08071046720792403),
            (1.2, 0.08157288101231576),
        ]
    )
    func slopes(slope: Double, distance: Double) {
        let computed = TimeUniformBound.empiricalDistribution(rows: 1000, alpha: 0.05, start: 100, slope: slope)
        #expect(isClose(computed, distance, within: 1e-9))
    }
}

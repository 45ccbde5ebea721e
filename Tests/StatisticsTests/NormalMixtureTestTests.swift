import RealModule
import Testing

@testable import Statistics

@Suite("Mixture sequential probability ratio test")
struct NormalMixtureTestTests {
    @Test("ln Λ is that of a normal prior integrated numerically")
    func integral() throws {
        let (difference, variance, prior) = (0.13, 0.004, 0.01)
        let steps = 20_000
        let sum = (0...steps).reduce(0.0) { sum, step in
            let effect = -1 + 2 * Double(step) / Double(steps)
            let logRatio = (effect * difference - effect * effect / 2) / variance
            return sum + NormalDistribution.density(effect / prior.squareRoot()) / prior.squareRoot() * .exp(logRatio)
        }
        let integral = sum * 2 / Double(steps)
        let logE = NormalMixtureTest(priorVariance: prior).logE(difference: difference, variance: variance)
        #expect(isClose(logE, .log(integral), within: 1e-9))
    }

    @Test("Λ reaches 1/α exactly at half the width")
    func duality() {
        let test = NormalMixtureTest(priorVariance: 0.02)
        let edge = test.halfWidth(variance: 0.003, alpha: 0.05)
        #expect(isClose(test.logE(difference: edge, variance: 0.003), .log(20), within: 1e-12))
        #expect(test.logE(difference: 1, variance: 0) == nil)
    }
}

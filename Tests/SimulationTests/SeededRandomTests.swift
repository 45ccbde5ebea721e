import Statistics
import Testing

@testable import Simulation

@Suite("Seeded random numbers")
struct SeededRandomTests {
    @Test("The same seed gives the same numbers, another seed, stream or run others")
    func streams() {
        func first(seed: UInt64, stream: String, run: Int) -> UInt64 {
            var random = SeededRandom(seed: seed, stream: stream, run: run)
            return random.next()
        }
        let base = first(seed: 1, stream: "errors", run: 0)

        #expect(first(seed: 1, stream: "errors", run: 0) == base)
        #expect(first(seed: 2, stream: "errors", run: 0) != base)
        #expect(first(seed: 1, stream: "aborts", run: 0) != base)
        #expect(first(seed: 1, stream: "errors", run: 1) != base)
    }

    /// A distribution with what its draws should look like.
    struct Distribution: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let mean: Double
        let variance: Double
        let draw: @Sendable (inout SeededRandom) -> Double
    }

    static let distributions = [
        Distribution(testDescription: "uniform", mean: 0.5, variance: 1 / 12.0) { $0.unit() },
        Distribution(testDescription: "normal", mean: 0, variance: 1) { $0.normal() },
        Distribution(testDescription: "index below 10", mean: 4.5, variance: 8.25) { Double($0.index(below: 10)) },
        Distribution(testDescription: "binomial, few", mean: 1, variance: 0.99) { Double($0.binomial(100, 0.01)) },
        Distribution(testDescription: "binomial, many", mean: 152, variance: 139.84) {
            Double($0.binomial(1_900, 0.08))
        },
        Distribution(testDescription: "binomial, most", mean: 90, variance: 9) { Double($0.binomial(100, 0.9)) },
        Distribution(testDescription: "Poisson, few", mean: 0.5, variance: 0.5) { Double($0.poisson(mean: 0.5)) },
        Distribution(testDescription: "Poisson, many", mean: 95, variance: 95) { Double($0.poisson(mean: 95)) },
        Distribution(testDescription: "geometric", mean: 5, variance: 20) { Double($0.geometric(mean: 5)) },
        Distribution(testDescription: "multinomial", mean: 30, variance: 21) {
            Double($0.multinomial(100, [0.5, 0.3, 0.2])[1])
        },
    ]

    /// Five standard errors: one seed in a million would fail a right sampler; the seed is fixed.
    @Test("Draws have the mean and the variance of their distribution", arguments: distributions)
    func moments(_ distribution: Distribution) throws {
        let draws = 20_000
        var random = SeededRandom(seed: 7, stream: distribution.testDescription, run: 0)

        let moments = Moments((0..<draws).map { _ in distribution.draw(&random) })

        let error = (distribution.variance / Double(draws)).squareRoot()
        #expect(abs(moments.mean - distribution.mean) < 5 * error)
        #expect(abs(try #require(moments.sampleVariance) / distribution.variance - 1) < 0.15)
    }

    @Test("A sample with one outcome or without trials is what it must be")
    func edges() {
        var random = SeededRandom(seed: 7)

        #expect(random.binomial(0, 0.3) == 0)
        #expect(random.binomial(50, 0) == 0)
        #expect(random.binomial(50, 1) == 50)
        #expect(random.geometric(mean: 1) == 1)
        #expect(random.poisson(mean: 0) == 0)
        #expect(random.multinomial(10, [0, 1]) == [0, 10])
    }
}

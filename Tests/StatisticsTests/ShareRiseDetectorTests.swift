import Statistics
import Testing

@Suite("A share watched without a planned end")
struct ShareRiseDetectorTests {
    /// Minutes until R ≥ `limit`, at most `most`.
    private static func run(_ share: Double, null: Double, limit: Double, most: Int, _ random: inout SplitMix64) -> Int
    {
        var detector = ShareRiseDetector()
        for minute in 1...most {
            let bad = (0..<40).reduce(Int64(0)) { count, _ in random.unit() < share ? count + 1 : count }
            detector.fold(bad: bad, units: 40, nullShare: null)
            if detector.logR >= LogDomain.threshold(alpha: 1 / limit) { return minute }
        }
        return most
    }

    @Test("At the edge of the null the mean time to an alarm is at least what was asked for")
    func averageRunLength() {
        var random = SplitMix64(seed: 41)
        let runs = (0..<60).map { _ in Self.run(0.1, null: 0.1, limit: 50, most: 400, &random) }
        let mean = Double(runs.reduce(0, +)) / Double(runs.count)

        #expect(mean >= 50, "mean run length \(mean), seed 41")
    }

    @Test("A share well above is found soon")
    func delay() {
        var random = SplitMix64(seed: 42)
        let runs = (0..<40).map { _ in Self.run(0.2, null: 0.1, limit: 1_000, most: 400, &random) }

        #expect(runs.sorted()[20] <= 8, "median delay \(runs.sorted()[20]), seed 42")
    }

    @Test("An interval without units, or a share that can't be exceeded, changes nothing")
    func nothing() {
        var detector = ShareRiseDetector()
        detector.fold(bad: 0, units: 0, nullShare: 0.1)
        detector.fold(bad: 5, units: 5, nullShare: 1)

        #expect(detector == ShareRiseDetector())
        #expect(detector.logR == -.infinity)
    }

    @Test(
        "Binomial tails agree with exact values and sum to one",
        arguments: [(3, 10, 0.2), (1, 1_000, 0.001), (60, 100, 0.5)]
    )
    func tails(successes: Int64, trials: Int64, share: Double) {
        let exact: [Int64: Double] = [3: 0.322_200_473_6, 1: 0.632_304_575_229, 60: 0.028_443_966_820]

        let upper = BinomialTail.upper(successes: successes, trials: trials, share: share)
        #expect(abs(upper - (exact[successes] ?? 0)) < 1e-9)
        let lower = BinomialTail.upper(successes: trials - successes + 1, trials: trials, share: 1 - share)
        #expect(abs(upper + lower - 1) < 1e-9)
    }

    @Test("Tails at the ends are exact, and far ones don't vanish")
    func extremeTails() {
        #expect(BinomialTail.upper(successes: 0, trials: 10, share: 0) == 1)
        #expect(BinomialTail.upper(successes: 1, trials: 10, share: 0) == 0)
        #expect(BinomialTail.upper(successes: 10, trials: 10, share: 1) == 1)
        #expect(abs(BinomialTail.upper(successes: 10, trials: 10, share: 0.01) / 1e-20 - 1) < 1e-9)
    }
}

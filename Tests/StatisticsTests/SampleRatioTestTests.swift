import Testing

@testable import Statistics

@Suite("Sample ratio test")
struct SampleRatioTestTests {
    /// Reference value: the closed form with an equal-weight mixture over ψ and 1/ψ.
    @Test("Evidence of a broken split agrees with the reference")
    func reference() {
        var test = SampleRatioTest()
        test.fold(canary: 400, stable: 9600, share: 0.05)
        test.fold(canary: 410, stable: 9590, share: 0.05)
        test.fold(canary: 2100, stable: 7900, share: 0.25)
        #expect(isClose(test.logE, 61.08569229703488, within: 1e-8))
        #expect(test.isMismatched)
    }

    @Test("A split as configured is no mismatch through a ramp")
    func asConfigured() {
        let seed: UInt64 = 31
        var random = SplitMix64(seed: seed)
        var test = SampleRatioTest()
        for interval in 0..<100 {
            let share = interval < 50 ? 0.05 : 0.25
            let canary = random.binomial(trials: 2000, p: share)
            test.fold(canary: canary, stable: 2000 - canary, share: share)
        }
        #expect(!test.isMismatched, "seed \(seed): ln E was \(test.largestLogE)")
    }

    @Test("No traffic and a one-sided share are no evidence", arguments: [0.0, 1.0])
    func noEvidence(share: Double) {
        var test = SampleRatioTest()
        test.fold(canary: 0, stable: 0, share: 0.05)
        test.fold(canary: 7, stable: 3, share: share)
        #expect((test.logE, test.anytimePValue) == (0, 1))
    }

    @Test("Restarts that fall on the canary alone are evidence without a number of trials")
    func restarts() {
        var process = CountShareEProcess(grid: .harm())
        for _ in 0..<6 { process.fold(canary: 1, stable: 0, share: 0.05) }
        #expect(process.rejects(at: 0.05))
    }
}

import Testing

@testable import DemoModel

@Suite("Fault dials")
struct FaultDiceTests {
    @Test("The shares drawn are the shares asked for, within 4 sigma")
    func sharesAreAsAsked() throws {
        let faults = try DemoFaults(errorRate: 0.2, delayMilliseconds: 30, delayShare: 0.5, seed: 7)
        var dice = FaultDice(faults: faults)
        let count = 20_000

        let throwsOfDice = (0..<count).map { _ in dice.roll() }

        let failures = Double(throwsOfDice.count { $0.fails })
        let delays = Double(throwsOfDice.count { $0.delay == .milliseconds(30) })
        #expect(abs(failures - 4_000) < 4 * (Double(count) * 0.2 * 0.8).squareRoot(), "seed 7")
        #expect(abs(delays - 10_000) < 4 * (Double(count) * 0.25).squareRoot(), "seed 7")
    }

    @Test("Equal seeds draw alike, and one dial never shifts the other")
    func equalSeedsDrawAlike() throws {
        var first = FaultDice(faults: try DemoFaults(errorRate: 0.3, delayMilliseconds: 5, delayShare: 0.4, seed: 3))
        var second = FaultDice(faults: try DemoFaults(errorRate: 0.3, delayMilliseconds: 5, delayShare: 1, seed: 3))

        let failures = (0..<1_000).map { _ in first.roll().fails }
        let failuresAgain = (0..<1_000).map { _ in second.roll().fails }

        #expect(failures == failuresAgain)
    }

    @Test("No dials, no faults")
    func noneIsHealthy() {
        var dice = FaultDice(faults: .none)

        let throwsOfDice = (0..<1_000).map { _ in dice.roll() }

        #expect(throwsOfDice.allSatisfy { $0 == FaultDice.Throw(fails: false, delay: .zero) })
    }

    @Test(
        "A dial out of range is refused",
        arguments: [
            (-0.1, 0, 1.0, DemoFaultsError.errorRateOutOfRange(-0.1)), (1.5, 0, 1, .errorRateOutOfRange(1.5)),
            (0, -1, 1, .delayOutOfRange(-1)), (0, 60_001, 1, .delayOutOfRange(60_001)),
            (0, 0, 2, .delayShareOutOfRange(2)),
        ]
    )
    func outOfRangeIsRefused(rate: Double, milliseconds: Int, share: Double, error: DemoFaultsError) {
        #expect(throws: error) {
            try DemoFaults(errorRate: rate, delayMilliseconds: milliseconds, delayShare: share)
        }
    }
}

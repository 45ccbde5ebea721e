import Testing

@testable import Statistics

@Suite("Start times")
struct StartTimesTests {
    /// Reference values: the closed recursion with start weights .55, .05, …, .05.
    @Test("A mixture over ten start times agrees with the reference")
    func reference() {
        let increments = [-0.2, -0.1, -0.3, -0.15, 0.4, 0.7, 0.6, 0.9, 0.5, 0.8]
        let expected = [
            -0.10502511169770146, -0.15935700157446708, -0.3251716905283305, -0.41012710696361143,
            -0.14275341349225018, 0.43379873527930535, 0.9889494788444486, 1.8666285450821738,
            2.3635815208399986, 3.1635815208399984,
        ]
        var mixture = StartTimeMixture(startTimes: .spread(horizon: 10))
        let path = increments.map { increment in
            mixture.advance(logEvidence: increment)
            return mixture.logE
        }
        #expect(areClose(path, expected, within: 1e-9))
    }

    @Test(
        "The weights of past and coming intervals always add up to one",
        arguments: [StartTimes.first, .spread(horizon: 1), .spread(horizon: 7), .openEnded, .weights([0.25, 0, 0.75])]
    )
    func weights(startTimes: StartTimes) {
        var past = 0.0
        #expect(startTimes.weightAfter(interval: 0) == 1)
        for interval in 1...20 {
            past += startTimes.weight(ofInterval: interval)
            #expect(isClose(past + startTimes.weightAfter(interval: interval), 1, within: 1e-14))
        }
    }

    @Test("Weights given one by one say the same as the rule that makes them")
    func givenWeights() {
        var (rule, given) = (
            StartTimeMixture(startTimes: .spread(horizon: 5)),
            StartTimeMixture(startTimes: .weights([0.6, 0.1, 0.1, 0.1, 0.1]))
        )
        for increment in [0.3, -0.2, 0.9, -1.1, 0.4, 0.8] {
            rule.advance(logEvidence: increment)
            given.advance(logEvidence: increment)
            #expect(isClose(given.logE, rule.logE, within: 1e-14))
        }
    }

    @Test("With all bets on the first interval the mixture is the plain product")
    func plain() {
        var mixture = StartTimeMixture(startTimes: .first)
        for increment in [0.5, -0.25, 1.25] { mixture.advance(logEvidence: increment) }
        #expect(mixture.logE == 1.5)
    }

    @Test("A regression that starts late is found sooner when bets start late too")
    func lateRegression() throws {
        func delay(_ startTimes: StartTimes) throws -> Int? {
            var process = StratifiedEProcess.harm(startTimes: startTimes)
            return try (1...100).first { interval in
                let x1: Int64 = interval <= 50 ? 1 : 3
                process.fold(try Stratum(x1: x1, n1: 100, x0: 19, n0: 1900))
                return process.rejects(at: 0.05)
            }
        }
        let plain = try #require(try delay(.first))
        let spread = try #require(try delay(.spread(horizon: 100)))
        #expect(spread < plain)
        #expect(spread > 50)
    }
}

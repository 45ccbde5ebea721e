import RolloutCore
import Statistics
import Testing

@Suite("Checks on what payloads carry")
struct SignalCheckTests {
    private static func plan(_ rule: SignalComparison) -> RolloutPlan {
        .fixture(checks: [Check(name: "signal", comparison: .signal(rule), weight: 1)])
    }

    private static func verdict(
        _ direction: Direction,
        factor: Double,
        intervals: Int = 40,
        offset: Double = 0,
        tolerance: Double = 0
    ) -> Verdict {
        var random = SplitMix64(seed: 7)
        var judge = Judge(
            plan: Self.plan(
                SignalComparison(signal: signalName("ttft"), direction: direction, tolerance: tolerance)
            )
        )
        for interval in 0..<intervals {
            func draw(_ rows: Int, _ factor: Double) -> [String: SignalTally] {
                [
                    "ttft": .numbers(
                        (0..<rows).map { _ in offset + factor * random.normal(mean: 100, deviation: 10) },
                        role: .measure
                    )
                ]
            }
            judge.fold(
                .fixture(
                    interval: interval,
                    weight: basisPoints(1_000),
                    canary: .fixture(requests: 100, signals: draw(100, factor)),
                    stable: .fixture(requests: 900, signals: draw(900, 1))
                )
            )
        }
        return judge.assess(afterIntervals: intervals).checks[0].verdict
    }

    @Test("A number is worse in the direction that the plan says, and by more than its factor")
    func direction() {
        #expect(Self.verdict(.higher, factor: 1.3) == .fail)
        #expect(Self.verdict(.lower, factor: 1.3) == .pass)
        #expect(Self.verdict(.higher, factor: 0.7) == .pass)
        #expect(Self.verdict(.lower, factor: 0.7) == .fail)
        #expect(Self.verdict(.either, factor: 0.7) == .fail)
        #expect(Self.verdict(.either, factor: 1.3) == .fail)
        #expect(Self.verdict(.either, factor: 1) == .pass)
        #expect(Self.verdict(.higher, factor: 1.05) != .fail)
        #expect(Self.verdict(.higher, factor: 1.3, tolerance: 100) == .pass)
    }

    @Test("The factor is one of size, so negative numbers are no exception")
    func negative() {
        #expect(Self.verdict(.higher, factor: 1, offset: -1_000) == .pass)
        #expect(Self.verdict(.higher, factor: 4, offset: -1_000) == .fail)
        #expect(Self.verdict(.lower, factor: 1, offset: -1_000) == .pass)
    }

    @Test("What isn't a number, or isn't there, is without data")
    func missing() {
        let plan = Self.plan(SignalComparison(signal: signalName("ttft"), direction: .higher))
        func check(_ tally: SignalTally?) -> CheckAssessment {
            let signals = tally.map { ["ttft": $0] } ?? [:]
            let strata = (0..<10).map {
                EvidenceStratum.fixture(
                    interval: $0,
                    canary: .fixture(requests: 5, signals: signals),
                    stable: .fixture(requests: 95, signals: signals)
                )
            }
            return Judge.folding(strata, plan: plan).assess(afterIntervals: 10).checks[0]
        }

        #expect(check(nil).message == "no values of 'ttft' from the canary")
        #expect(check(.classes(["a": 5])).message == "'ttft' isn't a number in both cohorts")
        #expect(check(.numbers([1, 2, 3])).message == "stable's past is too short to take thresholds from")
        #expect([check(nil), check(.classes(["a": 5]))].map(\.verdict) == [.noData, .noData])
    }

    private static let outputs = RolloutPlan.fixture(checks: [
        Check(name: "outputs", comparison: .invalidOutputs(.invalidOutputs), weight: 1)
    ])

    private static func outputs(canary: CohortTally, stable: CohortTally, intervals: Int = 20) -> CheckAssessment {
        let strata = (0..<intervals).map {
            EvidenceStratum.fixture(interval: $0, weight: basisPoints(1_000), canary: canary, stable: stable)
        }
        return Judge.folding(strata, plan: self.outputs).assess(afterIntervals: intervals).checks[0]
    }

    @Test("Answers that can't be read and rows without a prediction are unusable alike")
    func invalidOutputs() {
        func tally(_ requests: Int64, missing: Int64 = 0, malformed: Int64 = 0) -> CohortTally {
            .fixture(
                requests: requests,
                signals: [
                    "label": .classes(["a": requests - missing - malformed], missing: missing),
                    "sure": .numbers([], role: .confidence, missing: missing),
                    "age": .numbers([], role: .feature, missing: requests),
                ],
                malformed: malformed
            )
        }
        let stable = tally(900)

        let missing = Self.outputs(canary: tally(100, missing: 10), stable: stable)
        let malformed = Self.outputs(canary: tally(100, malformed: 10), stable: stable)
        let good = Self.outputs(canary: tally(100), stable: stable)
        let unread = Self.outputs(canary: .fixture(requests: 100), stable: .fixture(requests: 900))

        #expect(missing.verdict == .fail)
        #expect(
            missing.message
                == "the canary's answers are unusable more often than stable's: 190 of 1900 rows, stable 0 of 17100"
        )
        #expect(malformed.verdict == .fail)
        #expect(malformed.measurement?.canary == missing.measurement?.canary)
        #expect(good.verdict == .pass)
        #expect(unread.verdict == .noData)
    }

    @Test("Half a point of unusable rows more is no harm")
    func outputGate() {
        let canary = CohortTally.fixture(
            requests: 100_000,
            signals: ["label": .classes(["a": 99_600], missing: 400)]
        )
        let stable = CohortTally.fixture(requests: 900_000, signals: ["label": .classes(["a": 900_000])])

        let found = Self.outputs(canary: canary, stable: stable, intervals: 3)

        #expect(found.harm.isReached)
        #expect(found.verdict != .fail)
    }
}

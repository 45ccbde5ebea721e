import RolloutCore
import Statistics
import Testing

@Suite("Balance of inputs")
struct InputBalanceTests {
    static let plan = RolloutPlan.fixture(checks: [.errorRate(), .drift()])

    static func judge(
        _ intervals: Int,
        seed: UInt64,
        plan: RolloutPlan = plan,
        shift: Double = 0,
        missing: Int64 = 0,
        role: SignalRole = .feature
    ) -> Judge {
        var random = SplitMix64(seed: seed)
        var judge = Judge(plan: plan)
        for interval in 0..<intervals {
            func draw(_ rows: Int, _ shift: Double, _ missing: Int64) -> [String: SignalTally] {
                var signals: [String: SignalTally] = [:]
                for feature in 0..<5 {
                    let mean = feature == 2 ? 3 + shift : 3
                    signals["f\(feature)"] = .numbers(
                        (0..<rows).map { _ in random.normal(mean: mean) },
                        role: role,
                        missing: feature == 3 ? missing : 0
                    )
                }
                return signals
            }
            judge.fold(
                .fixture(
                    interval: interval,
                    weight: basisPoints(2_000),
                    canary: .fixture(requests: 40, signals: draw(40, shift, missing)),
                    stable: .fixture(requests: 160, signals: draw(160, 0, 0))
                )
            )
        }
        return judge
    }

    @Test("Cohorts that are asked different things hold the rollout: nothing that payloads say can be compared")
    func shifted() {
        let found = Self.judge(25, seed: 1, shift: 1).assess(afterIntervals: 25)

        #expect(found.inputBalance?.verdict == .error)
        #expect(found.inputBalance?.message.contains("'f2': mean") == true, "\(found.inputBalance?.message ?? "")")
        #expect(found.inputBalance?.signals.filter(\.hasMoved).map(\.signal.text) == ["f2"])
        #expect(found.checks.map { $0.verdict == .error } == [false, true])
        #expect(found.inputBalance?.level.logThreshold == LogDomain.threshold(alpha: 0.001 / 5))
        #expect(found.errorSince != nil)
        #expect(RolloutPolicy.find(.fixture(state: .running(.progressing(step: 0))), found).decision == .hold)
    }

    @Test("A feature that one cohort often lacks is a difference, too")
    func missing() {
        let found = Self.judge(25, seed: 2, missing: 20).assess(afterIntervals: 25)

        #expect(found.inputBalance?.verdict == .error)
        #expect(found.inputBalance?.signals.filter(\.hasMoved).map(\.signal.text) == ["f3"])
    }

    @Test("A little more often missing is proven of many rows, and holds nothing")
    func missingALittle() {
        let strata = (0..<6).map { interval in
            func cohort(_ rows: Int64, missing: Int64) -> CohortTally {
                let classes = ["a": rows / 2, "b": rows / 2 - missing]
                return .fixture(
                    requests: rows,
                    signals: ["f": .classes(classes, role: .feature, missing: missing)]
                )
            }
            return EvidenceStratum.fixture(
                interval: interval,
                weight: basisPoints(5_000),
                canary: cohort(40_000, missing: 400),
                stable: cohort(40_000, missing: 0)
            )
        }

        let found = Judge.folding(strata, plan: Self.plan).assess(afterIntervals: 6)

        #expect(found.inputBalance?.level.isReached == true)
        #expect(found.inputBalance?.verdict == .pass, "\(found.inputBalance?.message ?? "")")
    }

    @Test("A broken logger of features doesn't shield a canary that fails")
    func failingCanary() {
        var judge = Self.judge(25, seed: 1, shift: 1)
        for interval in 25..<40 {
            judge.fold(
                .fixture(
                    interval: interval,
                    weight: basisPoints(2_000),
                    canary: .fixture(requests: 40, errors: 12),
                    stable: .fixture(requests: 160)
                )
            )
        }

        let found = judge.assess(afterIntervals: 40)

        #expect(found.inputBalance?.verdict == .error)
        #expect(found.checks[0].verdict == .fail, "\(found.checks[0].message)")
        #expect(RolloutPolicy.find(.fixture(state: .running(.progressing(step: 0))), found).decision == .rollBack)
    }

    @Test("Where doubts end a rollout, the assessment says that they stand outside alpha")
    func outsideAlpha() {
        func rules(_ policy: MissingEvidencePolicy) -> [String] {
            var plan = Self.plan
            plan.onError = policy
            return Judge.warm(plan).assess(afterIntervals: 1).outsideAlpha ?? []
        }

        #expect(!rules(.hold).contains { $0.hasPrefix("sample ratio and balance of inputs") })
        #expect(
            rules(.init(action: .rollback, afterSeconds: 60)).contains {
                $0.hasPrefix("sample ratio and balance of inputs")
            }
        )
    }

    @Test("Of 60 rollouts that are asked alike hardly one is held", arguments: [SignalRole.feature])
    func alike(role: SignalRole) {
        let held = (1...60 as ClosedRange<UInt64>).filter {
            Self.judge(6, seed: $0, role: role).assess(afterIntervals: 6).inputBalance?.verdict == .error
        }

        #expect(held.count <= 3, "held seeds \(held)")
    }

    @Test("Sticky keys bring their own inputs, and predictions are no inputs")
    func exceptions() {
        var sticky = Self.plan
        sticky.assignment = .cookie("session")

        let stuck = Self.judge(20, seed: 3, plan: sticky, shift: 2).assess(afterIntervals: 20)
        let predictions = Self.judge(20, seed: 3, shift: 2, role: .prediction).assess(afterIntervals: 20)

        #expect(stuck.inputBalance?.verdict == .noData)
        #expect(stuck.errorSince == nil)
        #expect(predictions.inputBalance?.verdict == .noData)
        #expect(predictions.errorSince == nil)
    }
}

import RolloutCore
import Statistics
import Testing

@Suite("Payloads that differ in what can be read of them")
struct UnevenPayloadTests {
    /// Exchanges as they come, each with a batch of rows.
    private struct Draw {
        var random: SplitMix64
        /// Of exchanges for the canary.
        let share: Double

        /// - Parameter exchange: Counts one exchange of so many rows; the first one in fifty has 200.
        mutating func interval(
            _ exchanges: Int,
            _ exchange: (inout SplitMix64, _ rows: Int64, inout CohortTally) -> Void
        ) -> (canary: CohortTally, stable: CohortTally) {
            var (canary, stable) = (CohortTally(), CohortTally())
            var counts: (canary: Int64, stable: Int64) = (0, 0)
            for _ in 0..<exchanges {
                let rows: Int64 = self.random.unit() < 0.02 ? 200 : 1
                if self.random.unit() < self.share {
                    counts.canary += 1
                    exchange(&self.random, rows, &canary)
                } else {
                    counts.stable += 1
                    exchange(&self.random, rows, &stable)
                }
            }
            canary.merge(.fixture(requests: counts.canary))
            stable.merge(.fixture(requests: counts.stable))
            return (canary, stable)
        }
    }

    private static func judge(
        _ intervals: Int,
        seed: UInt64,
        plan: RolloutPlan,
        exchanges: Int = 150,
        share: Double = 0.2,
        _ exchange: (inout SplitMix64, _ rows: Int64, inout CohortTally) -> Void
    ) -> Judge {
        var draw = Draw(random: SplitMix64(seed: seed), share: share)
        var judge = Judge(plan: plan)
        for interval in 0..<intervals {
            let (canary, stable) = draw.interval(exchanges, exchange)
            let weight = basisPoints(Int(share * 10_000))
            judge.fold(.fixture(interval: interval, weight: weight, canary: canary, stable: stable))
        }
        return judge
    }

    private static func count(_ word: String, _ rows: Int64, role: SignalRole, in tally: inout CohortTally) {
        let name = signalName("word")
        var signal = tally.detail.signals[name] ?? .classes([:], role: role)
        signal.merge(.classes([word: rows], role: role))
        tally.detail.signals[name] = signal
        tally.detail.payloads.inspected += 1
        tally.detail.payloads.addAnswer(rows: Int(rows), unusable: 0)
        tally.detail.payloads.addRequest(rows: Int(rows))
    }

    @Test("Seldom large batches of alike rows are no difference", arguments: [SignalRole.prediction, .feature])
    func batches(role: SignalRole) {
        var alarms: [UInt64] = []
        for seed in 1...15 as ClosedRange<UInt64> {
            let judge = Self.judge(30, seed: seed, plan: .fixture(checks: [.drift()])) { random, rows, tally in
                Self.count(random.unit() < 0.5 ? "a" : "b", rows, role: role, in: &tally)
            }
            let found = judge.assess(afterIntervals: 30)
            if found.checks[0].verdict == .fail || found.inputBalance?.verdict == .error { alarms.append(seed) }
        }

        #expect(alarms.count <= 1, "seeds \(alarms)")
    }

    @Test("Of 400 words that come alike none is a difference", arguments: [SignalRole.prediction, .feature])
    func manyWords(role: SignalRole) {
        var alarms: [UInt64] = []
        for seed in 1...5 as ClosedRange<UInt64> {
            var random = SplitMix64(seed: seed)
            func draw(_ rows: Int64) -> CohortTally {
                var words: [String: Int64] = [:]
                for _ in 0..<rows { words["word \(random.next() % 400)", default: 0] += 1 }
                return .fixture(requests: rows, signals: ["word": .classes(words, role: role)])
            }
            let strata = (0..<10).map { interval in
                let canary = draw(200)
                return EvidenceStratum.fixture(
                    interval: interval,
                    weight: basisPoints(2_000),
                    canary: canary,
                    stable: draw(800)
                )
            }
            let found = Judge.folding(strata, plan: .fixture(checks: [.drift()])).assess(afterIntervals: 10)
            if found.checks[0].harm.isReached || found.inputBalance?.verdict == .error { alarms.append(seed) }
        }

        #expect(alarms.isEmpty, "seeds \(alarms)")
    }

    @Test("A row that lacks one of five confidences is one unusable row, so cohorts of unequal size stay alike")
    func manySignals() {
        let outputs = RolloutPlan.fixture(checks: [
            Check(name: "outputs", comparison: .invalidOutputs(.invalidOutputs), weight: 1)
        ])
        var alarms: [UInt64] = []
        for seed in 1...5 as ClosedRange<UInt64> {
            let judge = Self.judge(60, seed: seed, plan: outputs, exchanges: 300, share: 0.05) { random, _, tally in
                var isUnusable = false
                for signal in 0..<5 {
                    let lacks = random.unit() < 0.05
                    let name = signalName("sure\(signal)")
                    var known = tally.detail.signals[name] ?? .numbers([], role: .confidence)
                    if lacks { known.missing += 1 } else { known.merge(.numbers([0.5], role: .confidence)) }
                    tally.detail.signals[name] = known
                    isUnusable = isUnusable || lacks
                }
                tally.detail.payloads.inspected += 1
                tally.detail.payloads.addAnswer(rows: 1, unusable: isUnusable ? 1 : 0)
            }
            if judge.assess(afterIntervals: 60).checks[0].harm.isReached { alarms.append(seed) }
        }

        #expect(alarms.isEmpty, "seeds \(alarms)")
    }

    @Test("Values below or above all that stable had are found, though it has but one", arguments: [-1_000.0, 7])
    func atoms(value: Double) {
        let strata = (0..<15).map {
            EvidenceStratum.fixture(
                interval: $0,
                weight: basisPoints(1_000),
                canary: .fixture(requests: 100, signals: ["score": .numbers(Array(repeating: value, count: 100))]),
                stable: .fixture(requests: 900, signals: ["score": .numbers(Array(repeating: 1, count: 900))])
            )
        }

        let check = Judge.folding(strata, plan: .fixture(checks: [.drift()])).assess(afterIntervals: 15).checks[0]

        #expect(check.verdict == .fail, "\(check.message)")
    }

    // MARK: Answers that can't be read

    private static func assess(_ checks: [Check], canary: CohortTally) -> (Assessment, RolloutPlan) {
        let stable = CohortTally.fixture(requests: 900, signals: ["label": .classes(["a": 450, "b": 450])])
        let strata = (0..<40).map {
            EvidenceStratum.fixture(interval: $0, weight: basisPoints(1_000), canary: canary, stable: stable)
        }
        let plan = RolloutPlan.fixture(checks: checks)
        return (Judge.folding(strata, plan: plan).assess(afterIntervals: 40), plan)
    }

    private static let outputs = Check(name: "outputs", comparison: .invalidOutputs(.invalidOutputs), weight: 1)

    @Test("Answers too large to be read are unusable ones")
    func oversized() {
        var canary = CohortTally.fixture(requests: 100)
        canary.detail.payloads.oversized = 100

        let (found, _) = Self.assess([Self.outputs], canary: canary)

        #expect(found.checks[0].verdict == .fail)
        #expect(
            found.checks[0].message
                == "the canary's answers can't be read more often than stable's: 3900 of 3900 rows, stable 0 of 35100"
        )
    }

    @Test("A canary of which nothing can be read isn't promoted, though the check isn't required")
    func blind() throws {
        var canary = CohortTally.fixture(requests: 100)
        canary.detail.payloads.dropped = 100
        func reason(_ change: (inout Check) -> Void) -> String {
            var drift = Check.drift()
            drift.required = false
            change(&drift)
            let (found, plan) = Self.assess([.errorRate(), drift], canary: canary)
            let state = RolloutState.running(.progressing(step: plan.steps.count - 1))
            return RolloutPolicy.find(.fixture(state: state, plan: plan), found).reason
        }

        let held = "nothing of the canary to judge, though there is of stable: drift"
        #expect(reason { _ in } == held)
        #expect(reason { $0.onNoData = .ignore } != held)
        #expect(reason { $0.mode = .dryRun } != held)
    }
}

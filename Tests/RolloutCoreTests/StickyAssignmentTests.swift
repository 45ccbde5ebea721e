import RolloutCore
import Statistics
import Testing

@Suite("The bound with sticky keys")
struct StickyAssignmentTests {
    static let plan = RolloutPlan.fixture(
        steps: [RolloutPlan.Step(weight: basisPoints(2_000))],
        checks: [.errorRate()],
        assignment: .header("x-user")
    )

    /// Keys each of which has a share of requests that fail, and lies on a random place.
    struct Population {
        var random: SplitMix64
        private let keys: [(place: Place, failing: Double)]

        init(seed: UInt64, keys: Int, failing: (inout SplitMix64) -> Double) {
            var random = SplitMix64(seed: seed)
            self.keys = (0..<keys).map { _ in (Place(uniform: random.next()), failing(&random)) }
            self.random = random
        }

        /// Five requests of every key in an interval; `canary` multiplies the failures of the canary's keys.
        mutating func stratum(_ interval: Int, weight: Weight, harm: Double = 1) -> EvidenceStratum {
            var tallies = (canary: (Int64(0), Int64(0), [Place]()), stable: (Int64(0), Int64(0), [Place]()))
            for key in self.keys {
                let isCanary = key.place.isCanary(at: weight)
                let errors = self.random.binomial(5, min(1, key.failing * (isCanary ? harm : 1)))
                let places = errors > 0 ? [key.place] : []
                if isCanary {
                    tallies.canary = (tallies.canary.0 + 5, tallies.canary.1 + errors, tallies.canary.2 + places)
                } else {
                    tallies.stable = (tallies.stable.0 + 5, tallies.stable.1 + errors, tallies.stable.2 + places)
                }
            }
            func cohort(_ counted: (Int64, Int64, [Place])) -> CohortTally {
                var tally = CohortTally(outcomes: .fixture(requests: counted.0, errors: counted.1))
                tally.detail.keys.failed = PlaceSet(counted.2)
                return tally
            }
            return .fixture(
                interval: interval,
                weight: weight,
                canary: cohort(tallies.canary),
                stable: cohort(tallies.stable)
            )
        }
    }

    @Test("Of 120 rollouts whose errors belong to few keys no more than α fail at any look")
    func falseRollbacks() {
        var failed: [UInt64] = []
        for seed in 1...120 as ClosedRange<UInt64> {
            var population = Population(seed: seed, keys: 200) { $0.unit() < 0.05 ? 0.5 : 0 }
            var judge = Judge(plan: Self.plan)
            for interval in 0..<20 { judge.fold(population.stratum(interval, weight: basisPoints(2_000))) }
            if judge.assess(afterIntervals: 20).checks[0].verdict == .fail { failed.append(seed) }
        }

        #expect(failed.count <= 6, "failed seeds \(failed)")
    }

    @Test("A canary that fails more of its keys is found", arguments: 1...5 as ClosedRange<UInt64>)
    func findsHarm(seed: UInt64) {
        var population = Population(seed: seed, keys: 1_000) { _ in 0.004 }
        var judge = Judge(plan: Self.plan)
        for interval in 0..<40 { judge.fold(population.stratum(interval, weight: basisPoints(2_000), harm: 8)) }

        let found = judge.assess(afterIntervals: 40)

        #expect(found.checks[0].verdict == .fail, "seed \(seed): \(found.checks[0].harm)")
        #expect(found.checks[0].outsideAlpha == nil)
    }

    @Test("A ramp moves keys, and nobody is blamed for it", arguments: 1...5 as ClosedRange<UInt64>)
    func ramp(seed: UInt64) {
        var population = Population(seed: seed, keys: 500) { $0.unit() < 0.1 ? 0.3 : 0.001 }
        var judge = Judge(plan: Self.plan)
        for interval in 0..<30 {
            judge.fold(population.stratum(interval, weight: basisPoints(interval < 10 ? 500 : 5_000)))
        }

        #expect(judge.assess(afterIntervals: 30).checks[0].verdict != .fail, "seed \(seed)")
    }

    @Test("Keys that have failed before lie, after a ramp, on the side that the new weight gives them")
    func rampMovesFailures() {
        func stratum(_ interval: Int, _ weight: Weight, canary: Range<Int32>, stable: Range<Int32>) -> EvidenceStratum {
            // Of requests the canary fails more in both: it is the places that tell.
            func cohort(_ range: Range<Int32>, errors: Int64) -> CohortTally {
                let places = PlaceSet(range.map(Place.init(number:)))
                return CohortTally(
                    outcomes: .fixture(requests: 1_000_000, errors: errors),
                    detail: CohortDetail(keys: KeyTally(failed: places))
                )
            }
            return .fixture(
                interval: interval,
                weight: weight,
                canary: cohort(canary, errors: 50_000),
                stable: cohort(stable, errors: 40_000)
            )
        }
        var plan = Self.plan
        plan.checks = [.errorRate(ShareComparison(minimumDifference: 0))]
        // At 5 % the places from 4 000 on are stable's; at 50 % those up to 39 999 are the canary's.
        var judge = Judge.warm(plan)
        judge.fold(stratum(1, .fivePercent, canary: 0..<0, stable: 4_000..<40_000))
        let before = judge.assess(afterIntervals: 2).checks[0].harm.logE
        judge.fold(stratum(2, basisPoints(5_000), canary: 0..<60, stable: 40_000..<40_059))

        // 4 000 places of the canary and 40 000 of stable had not failed yet, so as many new failures are too many for the canary.
        #expect(before < 1)
        #expect(judge.assess(afterIntervals: 3).checks[0].verdict == .fail)
    }

    @Test("Where gateways don't tell places, the bound doesn't hold, and the assessment says so")
    func withoutPlaces() {
        let strata = (0..<10).map { EvidenceStratum.healthy(interval: $0) }
        var plan = Self.plan
        plan.checks = [.errorRate(), .latency(), .drift()]

        let found = Judge.folding(strata, plan: plan).assess(afterIntervals: 10)

        #expect(found.checks.map { $0.outsideAlpha != nil } == [true, true, true])
        #expect(found.outsideAlpha?.count == 4)  // And the hard stop.
    }

    @Test("Checks without a bound take nothing from those that keep it, and say so when they fail")
    func shares() {
        var plan = Self.plan
        plan.checks = [.errorRate(), .latency(), .drift()]
        var judge = Judge(plan: plan)
        for interval in 0..<20 {
            let slow = CohortTally.fixture(requests: 400, milliseconds: interval == 0 ? 10 : 50)
            judge.fold(
                .fixture(
                    interval: interval,
                    weight: basisPoints(2_000),
                    canary: slow,
                    stable: .fixture(requests: 1_600)
                )
            )
        }

        let found = judge.assess(afterIntervals: 20)

        #expect(found.checks.map(\.alphaShare) == [0.05, nil, nil])
        #expect(found.checks[0].harm.logThreshold == LogDomain.threshold(alpha: 0.05))
        #expect(found.checks[1].harm.logThreshold == LogDomain.threshold(alpha: 0.025))
        #expect(found.checks[1].verdict == .fail, "\(found.checks[1].message)")
        #expect(
            found.checks[1].message.hasSuffix("; outside the bound alpha: sticky keys come in clusters"),
            "\(found.checks[1].message)"
        )
    }

    @Test("A place lies in its bucket, and its cohort follows from the weight")
    func places() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<2_000 {
            let uniform = random.next()
            let (place, bucket) = (Place(uniform: uniform), Bucket(uniform: uniform))
            #expect(place.number / 8 == Int32(bucket.number))
            for weight in [0, 1, 500, 5_000, 9_999].map(basisPoints) {
                #expect(place.isCanary(at: weight) == bucket.isCanary(at: weight))
            }
        }
        #expect(Place.count(ofCanary: .full) == Place.count)
    }

    @Test("Sets of places merge by union")
    func placeSets() {
        var set = PlaceSet([3, 1, 3].map(Place.init(number:)))
        set.formUnion(PlaceSet([2, 3].map(Place.init(number:))))
        set.formUnion(PlaceSet())

        #expect(set.places.map(\.number) == [1, 2, 3])
    }
}

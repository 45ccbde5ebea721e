import Foundation
import RolloutCore
import Testing

@Suite("Absolute limits")
struct LimitTests {
    /// Mean latency of one interval in milliseconds, 50 canary requests each; nil for an interval without canary requests.
    typealias Interval = Double?

    static let limit = AbsoluteLimit(metric: .meanLatency, above: 100, forSeconds: 30, minimumRequests: 100)
    static let plan = RolloutPlan.fixture(limits: [limit])

    static func judge(_ canary: [Interval], stable: Double = 50, plan: RolloutPlan = plan) -> Judge {
        let strata = canary.enumerated().map { index, milliseconds in
            EvidenceStratum.fixture(
                interval: index,
                canary: milliseconds.map { .fixture(requests: 50, milliseconds: $0) } ?? .init(),
                stable: .fixture(requests: 950, milliseconds: stable)
            )
        }
        return Judge.folding([self.warmUp] + strata, plan: plan)
    }

    /// Ends the warm-up; slow beyond every limit here, which must not count.
    static let warmUp = EvidenceStratum.fixture(
        interval: -1,
        canary: .fixture(requests: 50, milliseconds: 9_000),
        stable: .fixture(requests: 950)
    )

    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let canary: [Interval]
        var stable: Double = 50
        let verdict: Verdict
        let aboveFor: Int
        let observed: Double?
        var testDescription: String { self.what }
    }

    static let cases: [Case] = [
        Case(what: "below all the time", canary: [50, 50, 50, 50], verdict: .pass, aboveFor: 0, observed: 50),
        Case(what: "exactly at the limit", canary: [100, 100, 100], verdict: .pass, aboveFor: 0, observed: 100),
        Case(what: "above once", canary: [50, 50, 200], verdict: .inconclusive, aboveFor: 10, observed: 200),
        Case(
            what: "above for less than the stretch",
            canary: [50, 200, 200],
            verdict: .inconclusive,
            aboveFor: 20,
            observed: 200
        ),
        Case(what: "above for the stretch", canary: [50, 200, 200, 200], verdict: .fail, aboveFor: 30, observed: 200),
        Case(
            what: "above for longer than is kept",
            canary: Array(repeating: 200, count: 20),
            verdict: .fail,
            aboveFor: 200,
            observed: 200
        ),
        Case(what: "below again", canary: [200, 200, 50], verdict: .pass, aboveFor: 0, observed: 150),
        Case(
            what: "a dip breaks the run",
            canary: [200, 200, 50, 200, 200],
            verdict: .inconclusive,
            aboveFor: 20,
            observed: 200
        ),
        Case(
            what: "a gap breaks the run",
            canary: [200, 200, nil, 200, 200],
            verdict: .inconclusive,
            aboveFor: 20,
            observed: 200
        ),
        Case(
            what: "a gap at the end says nothing",
            canary: [200, 200, nil],
            verdict: .noData,
            aboveFor: 0,
            observed: 200
        ),
        Case(what: "no canary requests at all", canary: [nil, nil, nil], verdict: .noData, aboveFor: 0, observed: nil),
        Case(
            what: "stable above too",
            canary: [200, 200, 200],
            stable: 150,
            verdict: .inconclusive,
            aboveFor: 30,
            observed: 200
        ),
        Case(what: "stable above alone", canary: [50, 50, 50], stable: 150, verdict: .pass, aboveFor: 0, observed: 50),
        Case(
            what: "a slow warm-up doesn't count",
            canary: [200, 200],
            verdict: .inconclusive,
            aboveFor: 20,
            observed: 200
        ),
    ]

    @Test("A limit is broken when the canary is above it for the whole stretch", arguments: cases)
    func assess(expected: Case) {
        let found = Self.judge(expected.canary, stable: expected.stable).assess(afterIntervals: expected.canary.count)
            .limits

        #expect(found.map(\.verdict) == [expected.verdict], "\(found.map(\.message))")
        #expect(found.map(\.aboveForSeconds) == [expected.aboveFor])
        #expect(found.map(\.observed) == [expected.observed])
        #expect(found.map(\.limit) == [Self.limit])
    }

    @Test("A stretch with too few requests says nothing")
    func minimumRequests() {
        var plan = Self.plan
        plan.limits[0].minimumRequests = 151

        let found = Self.judge([200, 200, 200], plan: plan).assess(afterIntervals: 3).limits

        #expect(found.map(\.verdict) == [.noData])
    }

    @Test("Before any evidence a limit has no data")
    func beforeEvidence() {
        #expect(Judge(plan: Self.plan).assess(afterIntervals: 0).limits.map(\.verdict) == [.noData])
    }

    @Test("A missing interval breaks the run, too")
    func missingInterval() {
        let slow = CohortTally.fixture(requests: 50, milliseconds: 200)
        let strata = [0, 1, 3, 4].map {
            EvidenceStratum.fixture(interval: $0, canary: slow, stable: .fixture(requests: 950))
        }

        let found = Judge.folding([Self.warmUp] + strata, plan: Self.plan).assess(afterIntervals: 5).limits

        #expect(found.map(\.verdict) == [.inconclusive])
        #expect(found.map(\.aboveForSeconds) == [20])
    }

    @Test("Cells that come late join their interval")
    func lateCells() {
        let slow = CohortTally.fixture(requests: 50, milliseconds: 200)
        let stable = CohortTally.fixture(requests: 950)
        var judge = Judge.folding(
            [Self.warmUp] + [0, 2].map { EvidenceStratum.fixture(interval: $0, canary: slow, stable: stable) },
            plan: Self.plan
        )
        judge.fold(.fixture(interval: 1, tick: 4, canary: slow, stable: stable))

        let found = judge.assess(afterIntervals: 3).limits

        #expect(found.map(\.verdict) == [.fail])
        #expect(found.map(\.aboveForSeconds) == [30])
    }

    @Test("Doubt about a limit lasts since the limit was exceeded, not since the warm-up")
    func doubtSince() {
        let plan = RolloutPlan.fixture(promotion: .noViolation, limits: [Self.limit])
        let fast = [Interval](repeating: 50, count: 10)

        #expect(Self.judge(fast, plan: plan).assess(afterIntervals: 10).inconclusiveSince == nil)
        #expect(
            Self.judge(fast + [200, 200], plan: plan).assess(afterIntervals: 12).inconclusiveSince
                == moment(ofInterval: 10)
        )
    }

    @Test("A latency beyond the histogram breaks the limit and can still be stored")
    func overflow() throws {
        let plan = RolloutPlan.fixture(limits: [AbsoluteLimit(metric: .p99Latency, above: 100, forSeconds: 30)])
        let assessment = Self.judge([500_000, 500_000, 500_000], plan: plan).assess(afterIntervals: 3)

        let back = try JSONDecoder().decode(Assessment.self, from: JSONEncoder().encode(assessment))

        #expect(assessment.limits.map(\.verdict) == [.fail])
        #expect(assessment.limits.map(\.observed) == [nil])
        #expect(back == assessment)
    }

    @Test("Each metric is measured in its own unit", arguments: AbsoluteLimit.Metric.allCases)
    func metrics(metric: AbsoluteLimit.Metric) throws {
        let isShare = metric == .errorRate
        let limit = AbsoluteLimit(metric: metric, above: isShare ? 0.05 : 100, forSeconds: 10, minimumRequests: 1)
        let canary = CohortTally.fixture(requests: 1_000, errors: 100, milliseconds: 200)
        let judge = Judge.folding(
            [Self.warmUp, .fixture(interval: 0, canary: canary)],
            plan: .fixture(limits: [limit])
        )

        let found = try #require(judge.assess(afterIntervals: 1).limits.first)

        let observed = try #require(found.observed)
        let expected = isShare ? 0.1 : 200
        #expect(found.verdict == .fail)
        #expect(abs(observed / expected - 1) < 0.011)
    }

    @Test(
        "With a count of breaches so many intervals of the stretch suffice, in any order",
        arguments: [
            ([50, 50, 50, 50], .pass), ([200, 50, 50, 50], .inconclusive), ([200, 50, 200, 50], .fail),
            ([200, 200, 50, 50, 50], .inconclusive), ([200, 200, 50, 50, 50, 50], .pass),
            ([200, nil, 200, 50], .fail), ([200, 200, nil, nil], .noData),
        ] as [([Interval], Verdict)]
    )
    func breaches(canary: [Interval], verdict: Verdict) {
        var plan = Self.plan
        plan.limits = [
            AbsoluteLimit(metric: .meanLatency, above: 100, forSeconds: 40, minimumRequests: 100, breaches: 2)
        ]

        let found = Self.judge(canary, plan: plan).assess(afterIntervals: canary.count).limits

        #expect(found.map(\.verdict) == [verdict], "\(found.map(\.message))")
    }
}

import Statistics
import Testing

@testable import RolloutCore

@Suite("Questions to a distribution")
struct DistributionQuestionsTests {
    private static func numbers(_ values: [Double]) -> SignalValues {
        SignalTally.numbers(values).values
    }

    @Test("Classes are the 50 that stable had most, and all others together")
    func classes() throws {
        let counts = Dictionary(uniqueKeysWithValues: (0..<60).map { ("c\($0)", Int64(100 + $0)) })
        let questions = try #require(DistributionQuestions(past: .classes(ClassTally(counts: counts))))

        #expect(questions.questionCount == 51)
        let asked = try #require(questions.counts(.classes(ClassTally(counts: ["c59": 7, "c0": 5, "new": 3]))))
        #expect(asked.first == 7)
        #expect(asked.last == 8)
        #expect(asked.reduce(0, +) == 15)
    }

    @Test("Numbers are cut at deciles, equal ones once")
    func cuts() throws {
        let even = try #require(DistributionQuestions(past: Self.numbers((0..<1_000).map { Double($0 % 10) + 1 })))
        #expect(even.questionCount == 9)
        #expect(even.counts(Self.numbers([1, 1.5, 2, 10, 99])) == [1, 2, 0, 0, 0, 0, 0, 0, 0, 2])

        let constant = try #require(DistributionQuestions(past: Self.numbers(Array(repeating: 5, count: 300))))
        #expect(constant.questionCount == 1)
        let strata = constant.strata(canary: [1, 2], stable: [3, 4])
        #expect(strata == [try Stratum(x1: 2, n1: 3, x0: 4, n0: 7)])
    }

    @Test("Fewer than 200 rows ask nothing, and values of another kind don't answer")
    func refusals() throws {
        #expect(DistributionQuestions(past: Self.numbers(Array(repeating: 1, count: 199))) == nil)
        let questions = try #require(DistributionQuestions(past: Self.numbers(Array(repeating: 1, count: 200))))
        #expect(questions.counts(.classes(ClassTally(counts: ["1": 3]))) == nil)
        #expect(questions.counts(SignalTally.numbers([0.5], grid: .share).values) == nil)
    }

    @Test("A stratum never chooses its own questions: the first thick one is only remembered")
    func predictable() {
        let moved = EvidenceStratum.fixture(
            interval: 1,
            weight: basisPoints(5_000),
            canary: .fixture(requests: 1_000, signals: ["label": .classes(["a": 900, "b": 100])]),
            stable: .fixture(requests: 1_000, signals: ["label": .classes(["a": 100, "b": 900])])
        )
        var judge = Judge.warm(.fixture(checks: [.drift()]))
        judge.fold(moved)
        #expect(judge.assess(afterIntervals: 2).checks[0].harm.logE == 0)
        #expect(judge.assess(afterIntervals: 2).checks[0].verdict == .noData)

        judge.fold(.fixture(interval: 2, weight: basisPoints(5_000), canary: moved.canary, stable: moved.stable))
        #expect(judge.assess(afterIntervals: 3).checks[0].verdict == .fail)
    }
}

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

    @Test("Numbers are cut at deciles, equal ones once, and at the ends of what stable had")
    func cuts() throws {
        let even = try #require(DistributionQuestions(past: Self.numbers((0..<1_000).map { Double($0 % 10) + 1 })))
        #expect(even.questionCount == 11)
        #expect(even.counts(Self.numbers([0, 1, 1.5, 2, 10, 99])) == [1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 1, 1])

        let constant = try #require(DistributionQuestions(past: Self.numbers(Array(repeating: 5, count: 300))))
        #expect(constant.questionCount == 2)
        let strata = constant.strata(canary: [5, 1, 2], stable: [0, 3, 4])
        #expect(strata == [try Stratum(x1: 3, n1: 8, x0: 7, n0: 7), try Stratum(x1: 2, n1: 8, x0: 4, n0: 7)])
    }

    @Test("A word that one cohort had no room for is another word in both")
    func room() throws {
        let words = (0..<400).map { "word \($0)" }
        let all = ClassTally(counts: Dictionary(uniqueKeysWithValues: words.map { ($0, Int64(10)) }))
        let few = ClassTally(counts: Dictionary(uniqueKeysWithValues: words.prefix(150).map { ($0, Int64(10)) }))
        let questions = try #require(DistributionQuestions(past: .classes(few)))

        let counts = try #require(questions.counts(canary: .classes(few), stable: .classes(all)))

        #expect(all.counts.count == 200)
        #expect(all.other == 2_000)
        #expect(counts.canary.dropLast() == counts.stable.dropLast())
        #expect(counts.canary.dropLast().contains(0) && counts.canary.dropLast().contains(10))
        #expect((counts.canary.reduce(0, +), counts.stable.reduce(0, +)) == (1_500, 4_000))
    }

    @Test("Which words are kept depends neither on their order nor on how they were merged")
    func order() {
        var words: [String: Int64] = [:]
        for number in 0..<1_000 { words["word \(number)"] = Int64(number % 7 + 1) }
        let whole = ClassTally(counts: words)
        var parts = ClassTally()
        for start in stride(from: 900, through: 0, by: -100) {
            var part = ClassTally()
            for number in start..<start + 100 { part.add("word \(number)", count: Int64(number % 7 + 1)) }
            parts.merge(part)
        }

        #expect(parts == whole)
        #expect(whole.counts.allSatisfy { words[$0.key] == $0.value })
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

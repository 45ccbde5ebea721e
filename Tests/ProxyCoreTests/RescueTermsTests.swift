import ProxyCore
import RolloutCore
import Statistics
import Testing

@Suite("What a rescue makes of evidence")
struct RescueTermsTests {
    /// Sent after 100 µs, wholly after 200 µs; the answer's head after `head` µs, its end after `end`.
    struct Request: Sendable {
        var outcome: Outcome
        var head: Int64?
        var status = 200
        var end: Int64 = 5_000_000

        var times: ExchangeTimes {
            ExchangeTimes(
                startedAt: Self.at(0),
                sentAt: Self.at(100),
                completedAt: Self.at(200),
                answeredAt: self.head.map(Self.at),
                status: self.head == nil ? 0 : self.status
            )
        }

        static func at(_ microseconds: Int64) -> LoopTime { LoopTime(microseconds: 7_000 + microseconds) }
    }

    struct Example: Sendable {
        var rule: RescueRule
        var request: Request
        var outcome: Outcome
        /// Nil for an outcome that isn't measured.
        var microseconds: Int64?
    }

    static let errors = RescueRule()
    static let late = RescueRule(serverErrors: false, afterMilliseconds: 2_000)
    static let both = RescueRule(afterMilliseconds: 2_000)

    static let examples: [Example] = [
        // A 5xx ends with its head, whatever comes of the rest.
        Example(
            rule: errors,
            request: Request(outcome: .serverError, head: 900, status: 500),
            outcome: .serverError,
            microseconds: 800
        ),
        Example(
            rule: errors,
            request: Request(outcome: .upstreamFailure, head: 900, status: 503),
            outcome: .serverError,
            microseconds: 800
        ),
        Example(
            rule: errors,
            request: Request(outcome: .clientAborted, head: 900, status: 599),
            outcome: .serverError,
            microseconds: 800
        ),
        Example(
            rule: errors,
            request: Request(outcome: .success, head: 900),
            outcome: .success,
            microseconds: 4_999_900
        ),
        Example(
            rule: errors,
            request: Request(outcome: .clientError, head: 900, status: 499),
            outcome: .clientError,
            microseconds: 4_999_900
        ),
        Example(rule: errors, request: Request(outcome: .clientAborted), outcome: .clientAborted, microseconds: nil),
        Example(rule: errors, request: Request(outcome: .timeout), outcome: .timeout, microseconds: 5_000_000),
        Example(
            rule: late,
            request: Request(outcome: .serverError, head: 900, status: 500),
            outcome: .serverError,
            microseconds: 4_999_900
        ),
        // A head that is later than the limit is a timeout that ended with the limit; one at the limit is not.
        Example(
            rule: late,
            request: Request(outcome: .success, head: 2_000_200),
            outcome: .success,
            microseconds: 4_999_900
        ),
        Example(
            rule: late,
            request: Request(outcome: .success, head: 2_000_201),
            outcome: .timeout,
            microseconds: 2_000_200
        ),
        Example(rule: late, request: Request(outcome: .clientAborted), outcome: .timeout, microseconds: 2_000_200),
        Example(rule: late, request: Request(outcome: .gatewayFailure), outcome: .timeout, microseconds: 2_000_200),
        Example(rule: late, request: Request(outcome: .timeout), outcome: .timeout, microseconds: 2_000_200),
        Example(
            rule: late,
            request: Request(outcome: .clientAborted, end: 2_000_200),
            outcome: .clientAborted,
            microseconds: nil
        ),
        Example(
            rule: both,
            request: Request(outcome: .serverError, head: 2_000_201, status: 500),
            outcome: .timeout,
            microseconds: 2_000_200
        ),
        Example(
            rule: both,
            request: Request(outcome: .serverError, head: 900, status: 500),
            outcome: .serverError,
            microseconds: 800
        ),
    ]

    @Test(
        "What would have a canary rescued ends a request of either cohort",
        arguments: examples,
        [Cohort.stable, .canary]
    )
    func counted(_ example: Example, cohort: Cohort) throws {
        let split = try ModelRoute.split(canary: 500)
        let table = table(split.rescued(by: example.rule))
        let arm = cohort == .stable ? 0 : 1
        var counters = OutcomeCounters(table: table)
        counters.assign(arm: arm)
        counters.record(
            Draw(arm: arm),
            upstream: 0,
            outcome: example.request.outcome,
            times: example.request.times,
            endingAt: Request.at(example.request.end)
        )
        let cells = counters.drain()
        let tally = try #require(cells.first { $0.key.cohort == cohort }).tally

        #expect(tally.outcomes[example.outcome] == 1)
        #expect(tally.outcomes.total == 1)
        #expect(tally.latency.sumMicroseconds == example.microseconds ?? 0)
        #expect(tally.latency.count == (example.microseconds == nil ? 0 : 1))
    }

    @Test("A request that is not wholly sent is never late")
    func uploading() {
        let terms = RescueTerms(Self.late)
        let times = ExchangeTimes(startedAt: Request.at(0), sentAt: Request.at(100))

        #expect(terms.lateAt(times) == nil)
        #expect(!terms.isLate(times, at: Request.at(60_000_000)))
        #expect(RescueTerms(Self.errors).lateAt(Request(outcome: .success).times) == nil)
        #expect(terms.lateAt(Request(outcome: .success).times) == Request.at(2_000_200))
    }

    @Test("What became of rescues is counted with the arm that failed, once")
    func rescues() throws {
        var counters = OutcomeCounters(table: table(try .split(canary: 500)))
        counters.record(RescueTally(repeated: 1), arm: 1)
        counters.record(RescueTally(saved: 1, addedMicroseconds: 40), arm: 1)
        counters.record(RescueTally(missed: 1), arm: 1)

        let drained = [counters.drain(), counters.drain()].map { $0.map(\.tally.detail.rescues) }
        #expect(drained == [[RescueTally(repeated: 1, saved: 1, missed: 1, addedMicroseconds: 40)], []])
    }
}

@Suite("The budget of rescues")
struct RescueBudgetTests {
    private func at(_ seconds: Double) -> LoopTime { LoopTime(microseconds: Int64(seconds * 1e6)) }

    @Test("A stable that answers well stands in for any number, so many at one time")
    func well() {
        var budget = RescueBudget(at: self.at(0))
        for _ in 0..<1_000 {
            let taken = (0...RescueBudget.places).map { _ in budget.take(at: self.at(0)) }
            #expect(taken == Array(repeating: true, count: RescueBudget.places) + [false])
            for _ in 0..<RescueBudget.places { budget.ended(isWell: true, at: self.at(0)) }
        }
        let isIdle = budget.isIdle(at: self.at(0))
        #expect(isIdle)
    }

    @Test("A stable that fails is soon left alone, and asked again by and by")
    func failing() {
        var budget = RescueBudget(at: self.at(0))
        var asked = 0
        for step in 0..<10_000 {
            let time = self.at(Double(step) / 100)
            if budget.take(at: time) {
                asked += 1
                budget.ended(isWell: false, at: time)
            }
        }
        // Every place once, then two a second for 100 s.
        #expect((RescueBudget.places + 195...RescueBudget.places + 200).contains(asked))
        let isIdle = [100.0, 100 + 64].map { budget.isIdle(at: self.at($0)) }
        #expect(isIdle == [false, true])
    }

    @Test("A place that is taken doesn't come back by waiting, and a client who leaves costs none")
    func hanging() {
        var budget = RescueBudget(at: self.at(0))
        for _ in 0..<RescueBudget.places { _ = budget.take(at: self.at(0)) }
        var taken = [budget.take(at: self.at(1_000))]
        budget.ended(isWell: nil, at: self.at(1_000))
        taken += [1_000.0, 2_000].map { budget.take(at: self.at($0)) }
        #expect(taken == [false, true, false])
    }
}

extension ModelRoute {
    func rescued(by rule: RescueRule?, pinTargets: [PinTarget]? = nil) -> ModelRoute {
        ModelRoute(
            model: self.model,
            generation: self.generation,
            rollout: self.rollout,
            match: self.match,
            assignment: self.assignment,
            salt: self.salt,
            arms: self.arms,
            rescue: rule,
            pinTargets: pinTargets
        )
    }
}

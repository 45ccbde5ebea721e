import ProxyCore
import RolloutCore
import Statistics
import Testing

@Suite("Outcome counters")
struct OutcomeCountersTests {
    private func tally(_ outcomes: [Outcome: Int64], latencies: [Int64], assigned: Int64) -> CohortTally {
        var tally = CohortTally(assigned: assigned)
        for (outcome, count) in outcomes { tally.outcomes[outcome] = count }
        for latency in latencies { tally.latency.record(microseconds: latency) }
        return tally
    }

    @Test("Each arm is counted apart, under its own key, and only when it had requests")
    func arms() throws {
        let table = table(try .split(canary: 500), try .fixture("other"))
        var counters = OutcomeCounters(table: table)
        for arm in [0, 0, 0, 1, 1] { counters.assign(arm: arm) }
        counters.record(arm: 0, outcome: .success, microseconds: 100)
        counters.record(arm: 0, outcome: .serverError, microseconds: 50_000)
        counters.record(arm: 1, outcome: .success, microseconds: 7)
        counters.record(arm: 1, outcome: .clientAborted, microseconds: 9)
        counters.record(arm: 1, outcome: .gatewayFailure, microseconds: 9)

        #expect(
            counters.drain() == [
                TelemetryCell(
                    key: table.arms[0].key,
                    tally: self.tally([.success: 1, .serverError: 1], latencies: [100, 50_000], assigned: 3)
                ),
                TelemetryCell(
                    key: table.arms[1].key,
                    tally: self.tally(
                        [.success: 1, .clientAborted: 1, .gatewayFailure: 1],
                        latencies: [7],
                        assigned: 2
                    )
                ),
            ]
        )
        #expect(counters.drain() == [])
    }

    @Test(
        "A request that was sent is measured from there, one that waited in vain from its start",
        arguments: [
            (.success, 900), (.clientError, 900), (.serverError, 900), (.upstreamFailure, 900), (.timeout, 1_000),
            (.connectFailure, 1_000),
        ] as [(Outcome, Int64)]
    )
    func latency(outcome: Outcome, expected: Int64) throws {
        var counters = OutcomeCounters(table: table(try .fixture()))
        counters.record(Draw(arm: 0), upstream: 0, outcome: outcome, times: .fixture(), endingAt: .fixture(1_000))

        #expect(counters.drain()[0].tally.latency.sumMicroseconds == expected)
    }

    @Test("The parts of whole answers add up, and what was never answered has none")
    func parts() throws {
        var counters = OutcomeCounters(table: table(try .fixture()))
        for outcome in Outcome.allCases {
            counters.record(Draw(arm: 0), upstream: 0, outcome: outcome, times: .fixture(), endingAt: .fixture(1_000))
        }
        counters.record(arm: 0, outcome: .success, microseconds: 5)

        #expect(
            counters.drain()[0].tally.detail.latencyParts
                == LatencyParts(requests: 3, connect: 300, firstByte: 900, transfer: 1_800)
        )
        counters.record(arm: 0, outcome: .success, microseconds: 5)
        #expect(counters.drain()[0].tally.detail.latencyParts == LatencyParts())
    }

    @Test("Outcomes are told apart by upstream; the same one twice counts together")
    func upstreams() throws {
        let (one, two) = ("http://127.0.0.1:9001", "http://127.0.0.1:9002")
        var counters = OutcomeCounters(
            table: table(try .fixture(arms: [.fixture(upstreams: [one, two, one])]))
        )
        for (upstream, outcome) in [(0, .success), (1, .serverError), (2, .success), (nil, .gatewayFailure)]
            as [(Int?, Outcome)]
        {
            counters.record(
                Draw(arm: 0),
                upstream: upstream,
                outcome: outcome,
                times: .fixture(),
                endingAt: .fixture(1)
            )
        }
        var expected: [String: OutcomeCounts] = [one: OutcomeCounts(), two: OutcomeCounts()]
        expected[one]?[.success] = 2
        expected[two]?[.serverError] = 1

        #expect(counters.drain()[0].tally.detail.upstreams == expected)
        counters.assign(arm: 0)
        #expect(counters.drain()[0].tally.detail.upstreams == [:])
    }

    @Test("Where assignment sticks, the places of failures and of clients who left are kept, each once")
    func places() throws {
        var counters = OutcomeCounters(table: table(try .fixture()))
        for (place, outcome) in [
            (79_999, .serverError), (0, .timeout), (64, .connectFailure), (0, .upstreamFailure), (63, .clientAborted),
            (5, .success), (6, .clientError), (7, .gatewayFailure),
        ] as [(Int32, Outcome)] {
            let draw = Draw(arm: 0, place: Place(number: place))
            counters.record(draw, upstream: 0, outcome: outcome, times: .fixture(), endingAt: .fixture(1))
        }
        let numbers = [0, 64, 79_999] as [Int32]
        let expected = KeyTally(
            failed: PlaceSet(numbers.map(Place.init)),
            aborted: PlaceSet([Place(number: 63)])
        )

        #expect(counters.drain()[0].tally.detail.keys == expected)
        counters.assign(arm: 0)
        #expect(counters.drain()[0].tally.detail.keys == KeyTally())
    }

    @Test("A run of connection failures ends with another outcome, not with the client's leaving, nor with a flush")
    func runs() throws {
        var counters = OutcomeCounters(table: table(try .fixture()))
        func record(_ outcomes: [Outcome]) -> Int64? {
            for outcome in outcomes { counters.record(arm: 0, outcome: outcome, microseconds: 1) }
            return counters.drain().first?.tally.connectFailureRun
        }

        #expect(record([.connectFailure, .connectFailure, .success, .connectFailure]) == 2)
        #expect(record([.connectFailure, .clientAborted, .gatewayFailure, .connectFailure]) == 3)
        #expect(record([.success, .connectFailure]) == 1)
        #expect(record([.success]) == 0)
    }

    @Test("A run goes on in a new table when the arm is the same")
    func continuing() throws {
        let first = table(try .fixture("m"))
        var counters = OutcomeCounters(table: first)
        counters.record(arm: 0, outcome: .connectFailure, microseconds: 1)
        let second = table(try .fixture("a"), try .fixture("m"), generation: 2)
        var successor = OutcomeCounters(table: second, continuing: counters)
        successor.record(arm: 1, outcome: .connectFailure, microseconds: 1)

        #expect(successor.drain().map(\.tally.connectFailureRun) == [2])
    }
}

extension OutcomeCounters {
    /// A request that was never sent.
    mutating func record(arm: Int, outcome: Outcome, microseconds: Int64) {
        let start = LoopTime(microseconds: 1_000)
        self.record(
            Draw(arm: arm),
            upstream: nil,
            outcome: outcome,
            times: ExchangeTimes(startedAt: start),
            endingAt: LoopTime(microseconds: start.microseconds + microseconds)
        )
    }
}

extension ExchangeTimes {
    /// Sent after 100 µs, answered after another 300 µs.
    fileprivate static func fixture() -> ExchangeTimes {
        ExchangeTimes(startedAt: .fixture(0), sentAt: .fixture(100), answeredAt: .fixture(400))
    }
}

extension LoopTime {
    fileprivate static func fixture(_ microseconds: Int64) -> LoopTime { LoopTime(microseconds: 5_000 + microseconds) }
}

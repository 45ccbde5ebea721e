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

import ControlWire
import Glibc
import PostgresClient
import RolloutCore
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Two controllers and a gateway on one database")
    struct TwoControllersTests {
        private static let firstLeads = PostgresStatement(
            "first_leads",
            """
            SELECT count(*) AS number FROM lease WHERE holder LIKE 'first/%' AND expires_at > now()
            """
        )
        private static let secondLeads = PostgresStatement(
            "second_leads",
            """
            SELECT count(*) AS number FROM lease WHERE holder LIKE 'second/%' AND expires_at > now()
            """
        )

        @Test("They decide once; when the one that leads is killed, the other goes on within the lease")
        func handOver() async throws {
            try await TestDatabase.withDatabase { url in
                try await Scenario.run { scenario in
                    let probe = DatabaseProbe(url: url)
                    let stable = try await scenario.startModel("v1")
                    let good = try await scenario.startModel("v2")
                    let broken = try await scenario.startModel("v3", errorRate: 1)
                    let first = try await scenario.controller("first", databaseURL: url, migrates: true)
                    let second = try await scenario.controller("second", databaseURL: url)
                    let gateway = try await scenario.gateway("gateway", databaseURL: url)
                    try await first.control.createModel()
                    try await second.control.register("v1", at: stable.port)
                    let load = LoadGenerator(port: gateway.gatewayPort, perSecond: 400)
                    try await eventually("routes have arrived") { load.report.answers(of: "v1") > 0 }

                    let promoting = try #require(
                        try await second.control.register("v2", at: good.port, plan: Plans.quick()).rollout
                    )
                    try await first.control.awaitPhase("promoted", of: promoting.id)
                    try await expectOnce(.promote, in: promoting.id, second.control)

                    let firstLeads = try await probe.number(Self.firstLeads) == 1
                    let secondLeads = try await probe.number(Self.secondLeads) == 1
                    #expect(firstLeads != secondLeads)
                    let (leader, survivor) = firstLeads ? (first, second) : (second, first)
                    leader.process.send(SIGKILL)
                    #expect(try await leader.process.waitForEnd() == .signal(SIGKILL))
                    let killed = ContinuousClock.now
                    let failing = try #require(
                        try await survivor.control.register("v3", at: broken.port, plan: Plans.quick()).rollout
                    )
                    let ended = try await survivor.control.awaitPhase("rolledBack", of: failing.id)
                    let after = ContinuousClock.now - killed
                    Measured.show(
                        "rolled back by the second controller \(after.milliseconds) ms after the first was killed"
                    )
                    #expect(after < .seconds(20), "a lease of 10 s, an interval, a tick")
                    #expect(ended.state.cause == "hardStop")
                    try await expectOnce(.rollBack, in: failing.id, survivor.control)

                    let report = try await load.stop()
                    #expect(report.failures == [:], "\(report)")
                    #expect(report.bad - (report.statuses[404] ?? 0) == (try await broken.counts().failed), "\(report)")
                }
            }
        }

        private func expectOnce(_ kind: DecisionKind, in rollout: RolloutID, _ control: ControlCaller) async throws {
            let decisions = try await control.decisions(of: rollout)
            #expect(decisions.map(\.sequence) == (1...Int64(decisions.count)).map { $0 })
            #expect(decisions.count { $0.kind == kind } == 1)
            #expect(decisions.count { $0.kind == .start } == 1)
        }
    }
}

import PostgresClient
import RolloutCore
import Testing

extension EndToEnd {
    @Suite("A gateway's reports")
    struct GatewayReportTests {
        private static let strangers = PostgresStatement(
            "unreported",
            """
            SELECT count(*) AS number FROM telemetry_windows WHERE replica NOT IN (SELECT replica FROM gateways)
            """
        )

        @Test("A gateway signs its telemetry by the name of its start under which it reports")
        func sameReplica() async throws {
            try await Scenario.run { scenario in
                let stable = try await scenario.startModel("v1")
                let service = try await scenario.serve()
                try await service.control.createModel()
                try await service.control.register("v1", at: stable.port)
                _ = try await LoadGenerator(port: service.gatewayPort, requests: 100).finished()
                let probe = try service.embeddedDatabase()
                try await probe.awaitCounted(100)
                #expect(try await probe.number(Self.strangers) == 0)
            }
        }
    }
}

import ControlWire
import PostgresClient
import RolloutCore
import Testing

extension EndToEnd {
    @Suite("Superseding")
    struct SupersedeTests {
        private static let strangers = PostgresStatement(
            "strangers",
            """
            SELECT count(*) AS number FROM telemetry_cells AS cell JOIN rollouts ON rollouts.id = cell.rollout
            WHERE cell.version NOT IN (rollouts.stable, rollouts.canary)
            """
        )
        private static let shared = PostgresStatement(
            "shared",
            """
            SELECT count(*) AS number FROM telemetry_cells AS a JOIN telemetry_cells AS b
            ON a.generation = b.generation AND a.rollout < b.rollout
            """
        )
        private static let ofSuccessor = PostgresStatement(
            "of_successor",
            "SELECT coalesce(sum(success), 0)::bigint AS number FROM telemetry_cells WHERE cohort = 'canary' AND version = 'v3'"
        )

        @Test("A superseded version shares no counters with its successor, even when it was failing")
        func separateCounters() async throws {
            try await Scenario.run { scenario in
                let plan = Plans.open.replacing(
                    #"{"intervalSeconds""#,
                    with: #"{"steps":[{"weight":3000}],"intervalSeconds""#
                )
                .replacing(#""acceptableShare":0.05"#, with: #""mode":"dryRun","acceptableShare":0.05"#)
                let failing = try await scenario.startModel("v2", errorRate: 0.3)
                let successor = try await scenario.startModel("v3")
                let story = try await Story(scenario, canary: failing, plan: plan)
                try await eventually("v2 is judged") {
                    try await story.control.rollout(story.rollout).finding?.assessment.canaryRequests ?? 0 > 100
                }
                let registered = try await story.control.register("v3", at: successor.port, plan: plan, supersede: true)
                let next = try #require(registered.rollout).id
                #expect(try await story.control.rollout(story.rollout).state.phase == "superseded")

                let judged = try await eventually("v3 is judged") { () -> RolloutResponse? in
                    let rollout = try await story.control.rollout(next)
                    return rollout.finding?.assessment.canaryRequests ?? 0 > 200 ? rollout : nil
                }
                #expect(judged.state.isOpen)
                let report = try await story.load.stop()
                #expect(report.mislabelled == 0)

                let counts = try await successor.counts()
                let probe = try story.service.embeddedDatabase()
                try await probe.awaitCounted(report.answered)
                #expect(try await probe.number(Self.strangers) == 0)
                #expect(try await probe.number(Self.shared) == 0)
                #expect(try await probe.number(Self.ofSuccessor) == Int64(counts.total))
                // No failure of the predecessor is held against the successor.
                let evidence = try await story.control.evidence(of: next)
                #expect(evidence.strata.allSatisfy { $0.canary.outcomes[.serverError] == 0 })
                let model = try await story.control.model()
                #expect(
                    model.versions.map { "\($0.version) \($0.state.rawValue)" } == [
                        "v3 canary", "v2 superseded", "v1 stable",
                    ]
                )
            }
        }
    }
}

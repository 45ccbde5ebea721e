import PostgresClient
import RolloutCore
import RolloutEngine
import Testing

@Suite("The schema itself")
struct SchemaConstraintTests {
    /// What may never be, as SQL, with the code the server must refuse it with.
    private static let impossible: [(what: String, sql: String, state: String)] = [
        ("a second stable version", "UPDATE versions SET state = 'stable' WHERE name = '3'", "23505"),
        ("a second canary", "UPDATE versions SET state = 'canary' WHERE name = '3'", "23505"),
        ("a second open rollout", openRollout(canary: "3"), "23505"),
        ("a rollout of a version against itself", openRollout(canary: "1"), "23514"),
        ("a weight above all", "UPDATE routes SET generation = 99, canary_weight_bp = 10001", "23514"),
        ("a weight below nothing", "UPDATE routes SET generation = 99, canary_weight_bp = -1", "23514"),
        ("a weight without a canary", "UPDATE routes SET generation = 99, canary = NULL, rollout = NULL", "23514"),
        ("a route to an unknown version", "UPDATE routes SET generation = 99, stable = '9'", "23503"),
        ("a changed decision", "UPDATE decisions SET reason = 'another'", "23000"),
        ("a deleted decision", "DELETE FROM decisions", "23000"),
        ("emptied decisions", "TRUNCATE decisions", "23000"),
        ("a second decision of the same number", decision(sequence: 1, actor: "operator:ada"), "23505"),
        ("a decision of the loop without a fence", decision(sequence: 99, actor: "loop"), "23514"),
        ("a changed event", "UPDATE events SET message = 'another'", "23000"),
        ("a deleted event", "DELETE FROM events", "23000"),
        ("emptied events", "TRUNCATE events", "23000"),
        ("a changed route of the past", "UPDATE route_changes SET canary_weight_bp = 1", "23000"),
        ("a deleted route of the past", "DELETE FROM route_changes", "23000"),
        ("emptied routes of the past", "TRUNCATE route_changes", "23000"),
        ("a generation that goes back", "UPDATE route_head SET generation = generation - 1", "23000"),
        ("a generation that stands", "UPDATE route_head SET generation = generation", "23000"),
        ("a second count of generations", "INSERT INTO route_head (singleton, generation) VALUES (false, 1)", "23514"),
        ("a route of an older generation", "UPDATE routes SET generation = generation - 1", "23000"),
        ("another specification", "UPDATE versions SET specification = '{}' WHERE name = '1'", "23000"),
        ("another name", "UPDATE versions SET name = '4' WHERE name = '3'", "23000"),
        ("a failed version that is tried again", "UPDATE versions SET state = 'canary' WHERE name = '2b'", "23000"),
        ("a waiting version that fails", "UPDATE versions SET state = 'failed' WHERE name = '3'", "23000"),
        ("a stable version that becomes a canary", "UPDATE versions SET state = 'canary' WHERE name = '1'", "23000"),
        ("an unknown state", "UPDATE versions SET state = 'good' WHERE name = '1'", "22P02"),
        ("a settled rollout that is opened", settled("phase = 'pending', cause = NULL, settled_at = NULL"), "23000"),
        ("a settled rollout with another end", settled("phase = 'promoted', cause = NULL"), "23000"),
        ("a settled rollout with another cause", settled("cause = 'check'"), "23000"),
        ("a settled rollout with another tick", settled("tick = tick + 1"), "23000"),
        ("a rolled back rollout that is restored", settled("restored_at = now()"), "23514"),
        ("an open rollout with an end", open("settled_at = now()"), "23514"),
        ("an ended rollout without an end", open("phase = 'promoted'"), "23514"),
        ("a rollback without a cause", open("phase = 'rolled_back', settled_at = now()"), "23514"),
        ("a phase that goes back", open("phase = 'pending'"), "23000"),
        ("a step that goes back", open("step = step - 1"), "23000"),
        ("a decision count that goes back", open("sequence = sequence - 1"), "23000"),
        ("another plan", open("plan = '{}'"), "23000"),
        ("another salt", open("salt_low = salt_low + 1"), "23000"),
        ("another stable", open("stable = '3'"), "23000"),
        ("a model by a reserved name", "INSERT INTO models VALUES ('v2', NULL, true, '{}', now())", "23514"),
        ("a second lease", "INSERT INTO lease VALUES (false, 'me', 1, now())", "23514"),
        ("counts below nothing", "UPDATE telemetry_cells SET success = -1", "23514"),
        ("a detail that is no document", "UPDATE telemetry_cells SET detail = '[]'", "23514"),
        ("signals that are no document", "UPDATE models SET signals = '1'", "23514"),
        ("another key for request ids", "UPDATE stamp_key SET low = low + 1", "23000"),
        ("a second key for request ids", "INSERT INTO stamp_key VALUES (false, 1, 1)", "23514"),
        ("a cell without labels", labelCell(labelled: 0), "23514"),
        ("labels of an unknown rollout", labelCell(rollout: 99), "23503"),
        ("half a histogram", "UPDATE telemetry_cells SET latency_counts = '{}'", "23514"),
    ]

    private static func labelCell(labelled: Int = 1, rollout: Int = 2) -> String {
        """
        INSERT INTO label_cells (model, version, cohort, rollout, generation, interval_start, age, received_at, labelled, quality)
        VALUES ('digits', '1', 'stable', \(rollout), 1, now(), 'hour', now(), \(labelled), '{}')
        """
    }

    private static func settled(_ change: String) -> String { "UPDATE rollouts SET \(change) WHERE id = 1" }
    private static func open(_ change: String) -> String { "UPDATE rollouts SET \(change) WHERE id = 2" }

    private static func openRollout(canary: String) -> String {
        """
        INSERT INTO rollouts (model, canary, stable, plan, salt_high, salt_low, phase, step, paused, started_at, stage_since,
                              step_generation, sequence, tick)
        VALUES ('digits', '\(canary)', '1', '{}', 0, 0, 'pending', 0, false, now(), now(), 1, 1, 0)
        """
    }

    private static func decision(sequence: Int, actor: String) -> String {
        """
        INSERT INTO decisions (rollout, sequence, kind, reason, actor, decided_at, state_before, state_after, canary_weight_bp)
        VALUES (2, \(sequence), 'hold', '', '\(actor)', now(), '{}', '{}', 0)
        """
    }

    @Test("refuses what may never be, and stays as it was")
    func refusals() throws {
        try Workbench.with { bench in
            // Version 1 is stable, 2b was rolled back by hand, 2 is under trial and warming up, 3 waits.
            try bench.createModel()
            for version in ["1", "2b"] { try bench.register(version) }
            _ = try bench.commands.rollback(Workbench.model, expected: nil, reason: "no", actor: Workbench.operatorName)
            let rollout = try #require(try bench.register("2").rollout)
            try bench.register("3")
            try bench.observe(rollout, secondsBack: 1...1, canary: .fewCanary, stable: .fewStable)
            _ = try bench.loop().tick()
            let before = try bench.contents()
            #expect(try bench.rollout(rollout.id).state == .running(.warming))

            try bench.pool.withConnection { connection in
                for (what, sql, state) in Self.impossible {
                    #expect("\(what)", sourceLocation: #_sourceLocation) {
                        try connection.execute(script: sql)
                    } throws: { error in
                        (error as? PostgresError)?.sqlState?.rawValue == state
                    }
                }
            }

            #expect(try bench.contents() == before)
        }
    }
}

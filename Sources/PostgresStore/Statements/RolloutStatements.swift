import PostgresClient

enum RolloutStatements {
    static let all = [
        select, selectOpen, selectByModel, selectAllOpen, selectLatestPromoted, nextID, insert, save, insertDecision,
        selectDecisions,
        saveFinding, selectFinding,
    ]

    static let select = PostgresStatement(
        "select_rollout",
        """
        SELECT id, model, canary, stable, plan, salt_high, salt_low, phase, step, paused, cause, started_at, stage_since, step_generation,
               settled_at, restored_at, sequence, tick
        FROM rollouts WHERE id = $1
        """
    )
    static let selectOpen = PostgresStatement(
        "select_open_rollout",
        """
        SELECT id, model, canary, stable, plan, salt_high, salt_low, phase, step, paused, cause, started_at, stage_since, step_generation,
               settled_at, restored_at, sequence, tick
        FROM rollouts WHERE model = $1 AND settled_at IS NULL
        """
    )
    static let selectByModel = PostgresStatement(
        "select_rollouts_of_model",
        """
        SELECT id, model, canary, stable, plan, salt_high, salt_low, phase, step, paused, cause, started_at, stage_since, step_generation,
               settled_at, restored_at, sequence, tick
        FROM rollouts WHERE model = $1 ORDER BY id DESC LIMIT $2
        """
    )
    static let selectLatestPromoted = PostgresStatement(
        "select_latest_promoted_rollout",
        """
        SELECT id, model, canary, stable, plan, salt_high, salt_low, phase, step, paused, cause, started_at, stage_since, step_generation,
               settled_at, restored_at, sequence, tick
        FROM rollouts WHERE model = $1 AND phase = 'promoted' ORDER BY settled_at DESC, id DESC LIMIT 1
        """
    )
    static let selectAllOpen = PostgresStatement(
        "select_open_rollouts",
        "SELECT id FROM rollouts WHERE settled_at IS NULL ORDER BY id"
    )

    static let nextID = PostgresStatement(
        "next_rollout_id",
        "SELECT nextval(pg_get_serial_sequence('rollouts', 'id')) AS id"
    )
    static let insert = PostgresStatement(
        "insert_rollout",
        """
        INSERT INTO rollouts (id, model, canary, stable, plan, salt_high, salt_low, phase, step, paused, cause, started_at, stage_since,
                              step_generation, settled_at, restored_at, sequence, tick)
        OVERRIDING SYSTEM VALUE
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        """
    )
    /// A rollout that is being settled keeps the step it had reached.
    static let save = PostgresStatement(
        "save_rollout",
        """
        UPDATE rollouts SET phase = $3, step = CASE WHEN $9::timestamptz IS NULL THEN $4 ELSE step END, paused = $5, cause = $6, stage_since = $7, step_generation = $8, settled_at = $9,
               restored_at = $10, sequence = $11, tick = $12
        WHERE id = $1 AND sequence = $2
        """
    )

    static let insertDecision = PostgresStatement(
        "insert_decision",
        """
        INSERT INTO decisions (rollout, sequence, kind, reason, actor, fence, decided_at, state_before, state_after, canary_weight_bp,
                               assessment, inputs)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """
    )
    static let selectDecisions = PostgresStatement(
        "select_decisions",
        """
        SELECT rollout, sequence, kind, reason, actor, fence, decided_at, state_before, state_after, canary_weight_bp, assessment, inputs
        FROM decisions WHERE rollout = $1 ORDER BY sequence
        """
    )

    static let saveFinding = PostgresStatement(
        "save_finding",
        """
        INSERT INTO assessments (rollout, reason, assessed_at, assessment) VALUES ($1, $2, $3, $4)
        ON CONFLICT (rollout) DO UPDATE
        SET reason = excluded.reason, assessed_at = excluded.assessed_at, assessment = excluded.assessment
        """
    )
    static let selectFinding = PostgresStatement(
        "select_finding",
        "SELECT reason, assessment FROM assessments WHERE rollout = $1"
    )
}

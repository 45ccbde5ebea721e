import PostgresClient

enum WatchStatements {
    static let all = [
        heldFence, isHeld, watchedModels, orderWatches, select, insert, save, saveFinding, selectFindings,
        stableVersion,
        settleCells, insertGathered, selectHour, saveHour, selectHours, selectCells, forgetHours, forgetFindings,
    ]

    static let heldFence = PostgresStatement(
        "select_held_fence",
        "SELECT fence FROM lease WHERE holder = $1 AND expires_at > clock_timestamp()"
    )
    /// Without a lock: what a former holder commits late is refused by the revision, or does no harm.
    static let isHeld = PostgresStatement(
        "is_fence_held",
        "SELECT 1 AS held FROM lease WHERE fence = $1 AND expires_at > clock_timestamp()"
    )
    static let watchedModels = PostgresStatement("select_watched_models", "SELECT name FROM models ORDER BY name")
    static let orderWatches = PostgresStatement(
        "order_watches",
        "SELECT pg_advisory_xact_lock(7265, hashtext($1))"
    )

    static let select = PostgresStatement(
        "select_watch",
        "SELECT version, started_at, rolled_through, state, revision FROM watches WHERE model = $1"
    )
    static let insert = PostgresStatement(
        "insert_watch",
        """
        INSERT INTO watches (model, version, started_at, rolled_through, state, revision, updated_at) VALUES ($1, $2, $3, $4, $5, 1, now())
        """
    )
    static let save = PostgresStatement(
        "save_watch",
        """
        UPDATE watches SET version = $2, started_at = $3, rolled_through = $4, state = $5, revision = revision + 1, updated_at = now()
        WHERE model = $1 AND revision = $6
        """
    )
    static let stableVersion = PostgresStatement("select_stable_version", "SELECT stable FROM routes WHERE model = $1")

    static let saveFinding = PostgresStatement(
        "save_watch_finding",
        """
        INSERT INTO watch_findings (model, version, watch_started_at, number, finding, updated_at) VALUES ($1, $2, $3, $4, $5, now())
        ON CONFLICT (model, watch_started_at, number) DO UPDATE SET finding = excluded.finding, updated_at = excluded.updated_at
        """
    )
    static let selectFindings = PostgresStatement(
        "select_watch_findings",
        "SELECT finding FROM watch_findings WHERE model = $1 AND watch_started_at = $2 ORDER BY number DESC LIMIT 100"
    )

    // MARK: Labels

    /// Those that no tick waits for any more and that no labels are being added to: $3 at most, and none when there are fewer than $2.
    static let settleCells = PostgresStatement(
        "settle_labels",
        """
        WITH ready AS MATERIALIZED (
            SELECT c.id FROM label_cells c LEFT JOIN rollouts r ON r.id = c.rollout
            WHERE c.model = $1 AND (c.rollout IS NULL OR c.judged_tick IS NOT NULL OR r.settled_at IS NOT NULL)
            ORDER BY c.id LIMIT $3 FOR UPDATE OF c SKIP LOCKED)
        DELETE FROM label_cells WHERE id IN (SELECT id FROM ready) AND (SELECT count(*) FROM ready) >= $2
        RETURNING version, cohort, interval_start AS hour, age, quality
        """
    )
    /// What settled cells have been merged into: of no rollout and no generation.
    static let insertGathered = PostgresStatement(
        "insert_gathered_labels",
        """
        INSERT INTO label_cells (model, version, cohort, generation, interval_start, age, received_at, labelled, quality)
        VALUES ($1, $3, $4, 0, $2, $5, now(), $6, $7)
        """
    )
    static let selectHour = PostgresStatement(
        "select_label_hour",
        """
        SELECT quality FROM label_hours WHERE model = $1 AND hour = $2 AND version = $3 AND cohort = $4 AND age = $5 FOR UPDATE
        """
    )
    static let saveHour = PostgresStatement(
        "save_label_hour",
        """
        INSERT INTO label_hours (model, hour, version, cohort, age, labelled, quality) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (model, hour, version, cohort, age) DO UPDATE SET labelled = excluded.labelled, quality = excluded.quality
        """
    )
    static let selectHours = PostgresStatement(
        "select_label_hours",
        "SELECT version, cohort, hour, age, quality FROM label_hours WHERE model = $1 AND hour >= $2 ORDER BY hour DESC LIMIT 20000"
    )
    /// What has not been moved to the hours yet: the newest, should the watch be away for long.
    static let selectCells = PostgresStatement(
        "select_label_cells",
        """
        SELECT version, cohort, interval_start AS hour, age, quality FROM label_cells WHERE model = $1 AND interval_start >= $2
        ORDER BY id DESC LIMIT 5000
        """
    )

    // MARK: Retention

    static let forgetHours = PostgresStatement(
        "forget_label_hours",
        """
        DELETE FROM label_hours WHERE (model, hour, version, cohort, age) IN (
            SELECT model, hour, version, cohort, age FROM label_hours WHERE hour < now() - interval '400 days' LIMIT 5000)
        """
    )
    static let forgetFindings = PostgresStatement(
        "forget_watch_findings",
        """
        DELETE FROM watch_findings WHERE (model, watch_started_at, number) IN (
            SELECT model, watch_started_at, number FROM watch_findings WHERE updated_at < now() - interval '400 days' LIMIT 5000)
        """
    )
}

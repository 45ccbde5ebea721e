import PostgresClient

enum RouteStatements {
    static let all = [
        nextGeneration, generation, publish, recordChange, notify, select, selectWeights, selectSnapshot, insertEvent,
        selectEvents,
        selectEventsOfModel, latestEvent, orderCommits,
    ]

    /// The row stays locked until commit, so generations become visible in their order.
    static let nextGeneration = PostgresStatement(
        "next_generation",
        "UPDATE route_head SET generation = generation + 1 RETURNING generation"
    )
    static let generation = PostgresStatement("select_generation", "SELECT generation FROM route_head")
    static let publish = PostgresStatement(
        "publish_route",
        """
        INSERT INTO routes (model, generation, stable, rollout, canary, canary_weight_bp, mirror_bp, baseline_weight_bp)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (model) DO UPDATE
        SET generation = excluded.generation, stable = excluded.stable, rollout = excluded.rollout, canary = excluded.canary,
            canary_weight_bp = excluded.canary_weight_bp, mirror_bp = excluded.mirror_bp,
            baseline_weight_bp = excluded.baseline_weight_bp
        """
    )
    static let recordChange = PostgresStatement(
        "record_route_change",
        """
        INSERT INTO route_changes (model, generation, stable, rollout, canary, canary_weight_bp, mirror_bp, baseline_weight_bp, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now())
        """
    )
    static let notify = PostgresStatement("notify_routes", "SELECT pg_notify('serin_routes', ($1::bigint)::text)")
    static let select = PostgresStatement(
        "select_route",
        """
        SELECT model, generation, stable, rollout, canary, canary_weight_bp, mirror_bp, baseline_weight_bp
        FROM routes WHERE model = $1
        """
    )
    static let selectWeights = PostgresStatement(
        "select_route_weights",
        "SELECT generation, canary_weight_bp, baseline_weight_bp FROM route_changes WHERE model = $1 AND rollout = $2"
    )

    /// Everything a gateway needs, in one statement and so of one moment; one row without a model when there is none.
    static let selectSnapshot = PostgresStatement(
        "select_route_snapshot",
        """
        SELECT head.generation AS head, r.model, r.generation, r.rollout, r.canary_weight_bp, r.mirror_bp, r.baseline_weight_bp, m.route, m.signals,
               s.specification AS stable, c.specification AS canary, o.salt_high, o.salt_low,
               k.high AS stamp_high, k.low AS stamp_low,
               (SELECT jsonb_agg(t.id ORDER BY t.id) FROM trips t
                WHERE t.rollout = r.rollout AND t.acknowledged_at IS NOT NULL) AS acknowledged_trips,
               (SELECT jsonb_agg(p.specification - 'plan' - 'labels' ORDER BY p.position DESC) FROM (
                   SELECT v.specification, v.position FROM versions v
                   WHERE v.model = r.model AND v.name <> r.stable AND v.name IS DISTINCT FROM r.canary
                   ORDER BY v.position DESC LIMIT 32) AS p) AS pin_targets
        FROM route_head head
        CROSS JOIN stamp_key k
        LEFT JOIN routes r ON true
        LEFT JOIN models m ON m.name = r.model
        LEFT JOIN versions s ON s.model = r.model AND s.name = r.stable
        LEFT JOIN versions c ON c.model = r.model AND c.name = r.canary
        LEFT JOIN rollouts o ON o.id = r.rollout
        ORDER BY r.model
        """
    )

    /// Serialises writers of routes and events until commit, so that generations and ids become visible in their order; taken
    /// before either, so that two such writers never wait for each other.
    static let orderCommits = PostgresStatement("order_commits", "SELECT pg_advisory_xact_lock(7263, 2)")
    static let insertEvent = PostgresStatement(
        "insert_event",
        """
        WITH inserted AS (
            INSERT INTO events (occurred_at, kind, model, version, rollout, message) VALUES (now(), $1, $2, $3, $4, $5) RETURNING id
        )
        SELECT pg_notify('serin_events', id::text) FROM inserted
        """
    )
    static let selectEvents = PostgresStatement(
        "select_events",
        "SELECT id, occurred_at, kind, model, version, rollout, message FROM events WHERE id > $1 ORDER BY id LIMIT $2"
    )
    static let selectEventsOfModel = PostgresStatement(
        "select_events_of_model",
        "SELECT id, occurred_at, kind, model, version, rollout, message FROM events WHERE model = $3 AND id > $1 ORDER BY id LIMIT $2"
    )
    static let latestEvent = PostgresStatement("latest_event", "SELECT coalesce(max(id), 0) AS id FROM events")
}

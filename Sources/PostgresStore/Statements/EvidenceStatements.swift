import PostgresClient

enum EvidenceStatements {
    static let all = [insert, selectPage, startOfNewest, waitingTelemetry, forgetCells]

    static let insert = PostgresStatement(
        "insert_evidence",
        """
        INSERT INTO evidence (rollout, tick, interval_start, generation, canary_weight_bp, dropped_requests,
                              canary_assigned, canary_outcomes, canary_connect_failure_run, canary_latency_buckets,
                              canary_latency_counts, canary_latency_sum_microseconds,
                              stable_assigned, stable_outcomes, stable_connect_failure_run, stable_latency_buckets,
                              stable_latency_counts, stable_latency_sum_microseconds, canary_detail, stable_detail, readings,
                              baseline_weight_bp, rest)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
        """
    )

    /// The next strata in the order of folding: by pages, since a rollout may last for months.
    static let selectPage = PostgresStatement(
        "select_evidence",
        """
        SELECT tick, interval_start, generation, canary_weight_bp, dropped_requests,
               canary_assigned, canary_outcomes, canary_connect_failure_run, canary_latency_buckets, canary_latency_counts,
               canary_latency_sum_microseconds,
               stable_assigned, stable_outcomes, stable_connect_failure_run, stable_latency_buckets, stable_latency_counts,
               stable_latency_sum_microseconds, canary_detail, stable_detail, readings, baseline_weight_bp, rest
        FROM evidence WHERE rollout = $1 AND tick <= $2 AND (tick, interval_start, generation) > ($3, $4, $5)
        ORDER BY tick, interval_start, generation LIMIT $6
        """
    )

    static let startOfNewest = PostgresStatement(
        "select_start_of_newest_requests",
        """
        WITH windows AS (
            SELECT started_at, sum(success + client_error + server_error + timeout + connect_failure + upstream_failure + client_aborted
                + gateway_failure + saturated + coalesce((
                    SELECT sum(pairs.value::bigint)
                    FROM jsonb_each(detail->'pairs'->'outcomes') AS stable, jsonb_each_text(stable.value) AS pairs), 0)) AS ended
            FROM telemetry_cells WHERE rollout = $1 AND cohort = 'canary' AND started_at >= $3 GROUP BY started_at
        ), counted AS (
            SELECT started_at, sum(ended) OVER (ORDER BY started_at DESC) AS since FROM windows
        )
        SELECT max(started_at) AS start FROM counted WHERE since >= $2::bigint
        """
    )

    /// Reads no more cells than the budget $3 has room for; a cell with detail costs $4.
    static let waitingTelemetry = PostgresStatement(
        "select_waiting_telemetry",
        """
        WITH waiting AS (
            SELECT started_at, CASE WHEN detail IS NULL THEN 1 ELSE $4::bigint END AS cost
            FROM telemetry_cells WHERE rollout = $1 AND judged_tick IS NULL AND started_at < $2
            ORDER BY started_at LIMIT $3::bigint + 1
        ), counted AS (
            SELECT started_at, sum(cost) OVER (ORDER BY started_at) AS total FROM waiting
        )
        SELECT min(started_at) AS oldest, min(started_at) FILTER (WHERE total > $3::bigint) AS overflow FROM counted
        """
    )

    /// Cells outside rollouts are for the screens of the last minutes only.
    static let forgetCells = PostgresStatement(
        "forget_cells",
        """
        DELETE FROM telemetry_cells WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM telemetry_cells WHERE rollout IS NULL AND started_at < $1 LIMIT 20000))
        """
    )
}

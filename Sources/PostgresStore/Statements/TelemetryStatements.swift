import PostgresClient

enum TelemetryStatements {
    static let all = [
        insertWindow, insertCell, takeEvidence, selectRecent, selectRecentPairs, selectCanaryRequests, selectTraffic,
        forgetWindows, forgetDetails,
    ]

    /// Affects no row when the window is there already: its cells are, too.
    static let insertWindow = PostgresStatement(
        "insert_telemetry_window",
        """
        INSERT INTO telemetry_windows (replica, sequence, started_at, ended_at, dropped_requests) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (replica, sequence) DO NOTHING
        """
    )
    static let insertCell = PostgresStatement(
        "insert_telemetry_cell",
        """
        INSERT INTO telemetry_cells (replica, sequence, model, version, cohort, rollout, generation, started_at, dropped_requests, assigned, success,
                                     client_error, server_error, timeout, connect_failure, upstream_failure, client_aborted,
                                     gateway_failure, saturated, connect_failure_run, latency_buckets, latency_counts,
                                     latency_sum_microseconds, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
        """
    )

    /// Marks and returns in one statement: what is judged is exactly what is marked.
    static let takeEvidence = PostgresStatement(
        "take_evidence",
        """
        UPDATE telemetry_cells SET judged_tick = $2 WHERE rollout = $1 AND judged_tick IS NULL AND started_at < $3
        RETURNING replica, sequence, cohort, generation, started_at, dropped_requests, assigned, success, client_error, server_error, timeout,
                  connect_failure, upstream_failure, client_aborted, gateway_failure, saturated, connect_failure_run,
                  latency_buckets, latency_counts, latency_sum_microseconds, detail, judged_tick
        """
    )
    static let selectRecent = PostgresStatement(
        "select_recent_evidence",
        """
        SELECT cohort, sum(success)::bigint AS success, sum(client_error)::bigint AS client_error,
               sum(server_error)::bigint AS server_error, sum(timeout)::bigint AS timeout,
               sum(connect_failure)::bigint AS connect_failure, sum(upstream_failure)::bigint AS upstream_failure,
               sum(client_aborted)::bigint AS client_aborted,
               sum(gateway_failure)::bigint AS gateway_failure, sum(saturated)::bigint AS saturated,
               max(connect_failure_run) AS connect_failure_run
        FROM telemetry_cells WHERE rollout = $1 AND started_at >= $2 GROUP BY cohort
        """
    )
    /// How mirrored requests ended, by the outcome of stable, then by that of the canary.
    static let selectRecentPairs = PostgresStatement(
        "select_recent_pairs",
        """
        SELECT detail->'pairs'->'outcomes' AS outcomes FROM telemetry_cells
        WHERE rollout = $1 AND started_at >= $2 AND cohort = 'canary' AND detail->'pairs'->'outcomes' IS NOT NULL
        """
    )
    static let selectCanaryRequests = PostgresStatement(
        "select_canary_requests",
        """
        SELECT coalesce(sum(success + client_error + server_error + timeout + connect_failure + upstream_failure), 0)::bigint AS requests
        FROM telemetry_cells WHERE rollout = $1 AND cohort = 'canary'
        """
    )
    static let selectTraffic = PostgresStatement(
        "select_traffic",
        """
        SELECT version, replica, sequence, cohort, generation, started_at, dropped_requests, assigned, success, client_error, server_error, timeout,
               connect_failure, upstream_failure, client_aborted, gateway_failure, saturated, connect_failure_run,
               latency_buckets, latency_counts, latency_sum_microseconds, detail, judged_tick
        FROM telemetry_cells WHERE model = $1 AND started_at >= $2
        """
    )

    /// Telemetry of open rollouts stays, however old.
    static let forgetWindows = PostgresStatement(
        "forget_telemetry",
        """
        DELETE FROM telemetry_windows WHERE ctid = ANY (ARRAY(
            SELECT w.ctid FROM telemetry_windows w WHERE w.started_at < $1 AND NOT EXISTS (
                SELECT 1 FROM telemetry_cells c JOIN rollouts r ON r.id = c.rollout
                WHERE c.replica = w.replica AND c.sequence = w.sequence AND r.settled_at IS NULL)
            LIMIT 5000))
        """
    )

    /// What is judged, or never will be, has its details in the evidence and in the minutes; outcomes and latencies stay.
    static let forgetDetails = PostgresStatement(
        "forget_telemetry_details",
        """
        UPDATE telemetry_cells SET detail = NULL WHERE ctid = ANY (ARRAY(
            SELECT c.ctid FROM telemetry_cells c LEFT JOIN rollouts r ON r.id = c.rollout
            WHERE c.detail IS NOT NULL AND c.started_at < now() - interval '2 hours'
              AND (c.judged_tick IS NOT NULL OR c.rollout IS NULL OR r.settled_at IS NOT NULL)
            LIMIT 20000))
        """
    )
}

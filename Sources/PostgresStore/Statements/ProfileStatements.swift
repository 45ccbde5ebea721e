import PostgresClient

enum ProfileStatements {
    static let all = [
        selectBaseline, saveBaseline, selectMinutes, insertMinute, oldestTelemetry, selectTelemetry, forgetMinutes,
    ]

    static let selectBaseline = PostgresStatement(
        "select_baseline",
        "SELECT model, version, baseline, created_at FROM baselines WHERE model = $1 AND version = $2"
    )
    static let saveBaseline = PostgresStatement(
        "save_baseline",
        """
        INSERT INTO baselines (model, version, baseline, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (model, version) DO UPDATE SET baseline = excluded.baseline, created_at = excluded.created_at
        """
    )

    static let selectMinutes = PostgresStatement(
        "select_version_minutes",
        """
        SELECT minute, assigned, outcomes, connect_failure_run, latency_buckets, latency_counts, latency_sum_microseconds, detail
        FROM version_minutes
        WHERE model = $1 AND version = $2 AND minute >= $3 AND minute < coalesce($4::timestamptz, 'infinity') ORDER BY minute
        """
    )
    /// A minute that is there was rolled up by a watch whose state was lost; what it counted stays.
    static let insertMinute = PostgresStatement(
        "insert_version_minute",
        """
        INSERT INTO version_minutes (model, version, minute, assigned, outcomes, connect_failure_run, latency_buckets, latency_counts,
                                     latency_sum_microseconds, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT DO NOTHING
        """
    )
    static let oldestTelemetry = PostgresStatement(
        "select_oldest_telemetry",
        "SELECT min(started_at) AS start FROM telemetry_cells WHERE model = $1 AND started_at >= $2"
    )
    static let selectTelemetry = PostgresStatement(
        "select_telemetry",
        """
        SELECT version, started_at, assigned, success, client_error, server_error, timeout, connect_failure, upstream_failure,
               client_aborted, gateway_failure, saturated, connect_failure_run, latency_buckets, latency_counts,
               latency_sum_microseconds, detail
        FROM telemetry_cells WHERE model = $1 AND started_at >= $2 AND started_at < $3
        """
    )
    static let forgetMinutes = PostgresStatement(
        "forget_version_minutes",
        """
        DELETE FROM version_minutes WHERE (model, version, minute) IN (
            SELECT model, version, minute FROM version_minutes WHERE minute < now() - interval '7 days' LIMIT 5000)
        """
    )
}

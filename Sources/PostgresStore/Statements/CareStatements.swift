import PostgresClient

/// Pinned requests, and what rescues came to.
enum CareStatements {
    static let all = [countPinned, selectPinned, selectRescues]

    /// In a fixed order, so that two gateways that write at once wait for each other at most.
    static let countPinned = PostgresStatement(
        "count_pinned_requests",
        """
        INSERT INTO pinned_requests (model, version, day, outcome, requests)
        SELECT model, version, ($2::timestamptz AT TIME ZONE 'UTC')::date, outcome, requests
        FROM jsonb_to_recordset($1::jsonb) AS p (model text, version text, outcome text, requests bigint)
        ORDER BY model, version, outcome
        ON CONFLICT (model, version, day, outcome) DO UPDATE SET requests = pinned_requests.requests + excluded.requests
        """
    )
    static let selectPinned = PostgresStatement(
        "select_pinned_requests",
        """
        SELECT version, outcome, sum(requests)::bigint AS requests FROM pinned_requests
        WHERE model = $1 AND day >= ($2::timestamptz AT TIME ZONE 'UTC')::date GROUP BY version, outcome ORDER BY version, outcome
        """
    )

    /// What was judged, and what is still to be.
    static let selectRescues = PostgresStatement(
        "select_rescues",
        """
        SELECT coalesce(sum((r ->> 'repeated')::bigint), 0)::bigint AS repeated, coalesce(sum((r ->> 'saved')::bigint), 0)::bigint AS saved,
               coalesce(sum((r ->> 'missed')::bigint), 0)::bigint AS missed,
               coalesce(sum((r ->> 'addedMicroseconds')::bigint), 0)::bigint AS added_microseconds
        FROM (
            SELECT canary_detail -> 'rescues' AS r FROM evidence WHERE rollout = $1
            UNION ALL
            SELECT detail -> 'rescues' FROM telemetry_cells WHERE rollout = $1 AND cohort = 'canary' AND judged_tick IS NULL
        ) AS found WHERE r IS NOT NULL
        """
    )
}

import PostgresClient

enum LabelStatements {
    static let all = [
        orderFeedback, stampKey, selectRoutes, selectLabels, selectLabelsByKeys, insertLabels, selectOpenCells,
        insertCell, updateCell, count, keepPending,
        modelsWithDuePending, selectDuePending, dropPending, postponePending, waitingCells, takeCells, selectTotals,
        countPending, countWaiting, keepLabels, forgetPending,
    ]

    /// One writer a model: what is told twice at the same time is seen by the second one.
    static let orderFeedback = PostgresStatement(
        "order_feedback",
        "SELECT pg_advisory_xact_lock(7264, hashtext($1))"
    )
    static let stampKey = PostgresStatement(
        "select_stamp_key",
        "SELECT high AS stamp_high, low AS stamp_low FROM stamp_key"
    )
    static let selectRoutes = PostgresStatement(
        "select_label_routes",
        """
        SELECT c.generation, c.stable, c.rollout, c.canary, (r.plan->>'intervalSeconds')::integer AS interval_seconds,
               r.settled_at IS NOT NULL AS settled
        FROM route_changes c LEFT JOIN rollouts r ON r.id = c.rollout
        WHERE c.model = $1 AND c.generation = ANY ($2)
        """
    )

    // MARK: Labels

    static let selectLabels = PostgresStatement(
        "select_labels",
        """
        SELECT l.predicted_at, l.request_id, l.request_row, l.label
        FROM jsonb_to_recordset($2::jsonb) AS n (at bigint, request text, row integer)
        CROSS JOIN LATERAL (
            SELECT * FROM labels
            WHERE predicted_at = timestamptz 'epoch' + n.at * interval '1 microsecond' AND request_id = n.request
                  AND request_row = n.row AND model = $1 AND predicted_at BETWEEN $3 AND $4
            LIMIT 1) AS l
        """
    )
    static let selectLabelsByKeys = PostgresStatement(
        "select_labels_by_keys",
        """
        SELECT l.key, l.label
        FROM (SELECT DISTINCT key FROM jsonb_array_elements_text($2::jsonb) AS n (key)) AS named
        CROSS JOIN LATERAL (SELECT * FROM labels WHERE model = $1 AND key = named.key ORDER BY received_at LIMIT 1) AS l
        """
    )
    static let insertLabels = PostgresStatement(
        "insert_labels",
        """
        INSERT INTO labels (predicted_at, request_id, request_row, model, key, label, received_at)
        SELECT timestamptz 'epoch' + at * interval '1 microsecond', request, row, $1, key, label,
               timestamptz 'epoch' + received * interval '1 microsecond'
        FROM jsonb_to_recordset($2::jsonb) AS l (at bigint, request text, row integer, key text, label jsonb, received bigint)
        """
    )
    /// Those that nobody else holds, oldest first.
    static let selectOpenCells = PostgresStatement(
        "select_open_label_cells",
        """
        SELECT n.position, c.id, c.quality
        FROM jsonb_to_recordset($2::jsonb) AS n (position integer, version text, cohort cohort, rollout bigint, generation bigint,
                                                 start bigint, age text)
        JOIN label_cells c ON c.model = $1 AND c.judged_tick IS NULL AND c.generation = n.generation AND c.version = n.version
            AND c.cohort = n.cohort AND c.age = n.age AND c.rollout IS NOT DISTINCT FROM n.rollout
            AND c.interval_start = timestamptz 'epoch' + n.start * interval '1 microsecond'
        ORDER BY c.id FOR UPDATE OF c SKIP LOCKED
        """
    )
    static let updateCell = PostgresStatement(
        "update_label_cell",
        "UPDATE label_cells SET labelled = $2, quality = $3, received_at = least(received_at, $4) WHERE id = $1"
    )
    static let insertCell = PostgresStatement(
        "insert_label_cell",
        """
        INSERT INTO label_cells (model, version, cohort, rollout, generation, interval_start, age, received_at, labelled, quality)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """
    )
    static let count = PostgresStatement(
        "count_feedback",
        """
        INSERT INTO feedback_totals (model, day, result, items) VALUES ($1, (now() AT TIME ZONE 'UTC')::date, $2, $3)
        ON CONFLICT (model, day, result) DO UPDATE SET items = feedback_totals.items + excluded.items
        """
    )
    static let selectTotals = PostgresStatement(
        "select_feedback_totals",
        """
        SELECT result, sum(items)::bigint AS items FROM feedback_totals
        WHERE model = $1 AND day >= ($2::timestamptz AT TIME ZONE 'UTC')::date GROUP BY result
        """
    )

    // MARK: Pending

    /// At most $3 of a model; what may still find its prediction goes first. Labels often come a second after their prediction, which
    /// the gateway's next flush brings.
    static let keepPending = PostgresStatement(
        "keep_pending_feedback",
        """
        INSERT INTO pending_feedback (model, reference, feedback, reason, received_at, next_look_at)
        SELECT $1, reference, feedback, reason, now(), CASE WHEN hopeful THEN now() + interval '5 seconds' END
        FROM jsonb_to_recordset($2::jsonb) AS p (reference text, feedback jsonb, reason text, hopeful boolean)
        ORDER BY hopeful DESC
        LIMIT greatest(0, $3::bigint - (SELECT count(*) FROM (SELECT 1 FROM pending_feedback WHERE model = $1 LIMIT $3) AS kept))
        ON CONFLICT (model, reference) DO NOTHING
        """
    )
    /// Counting stops at 100 000.
    static let countPending = PostgresStatement(
        "count_pending_feedback",
        "SELECT count(*) AS items FROM (SELECT 1 FROM pending_feedback WHERE model = $1 LIMIT 100000) AS kept"
    )
    /// Counting stops at 100 000.
    static let countWaiting = PostgresStatement(
        "count_waiting_predictions",
        """
        SELECT count(*) AS items FROM (
            SELECT 1 FROM predictions p WHERE p.model = $1 AND p.predicted_at >= $2 AND NOT EXISTS (
                SELECT 1 FROM labels l WHERE l.predicted_at = p.predicted_at AND l.request_id = p.request_id
                                             AND l.request_row = p.request_row)
            LIMIT 100000) AS waiting
        """
    )
    static let modelsWithDuePending = PostgresStatement(
        "select_models_with_due_feedback",
        """
        SELECT m.name FROM models m
        WHERE EXISTS (SELECT 1 FROM pending_feedback p WHERE p.model = m.name AND p.next_look_at <= now()) ORDER BY m.name
        """
    )
    static let selectDuePending = PostgresStatement(
        "select_due_feedback",
        """
        SELECT feedback, reason, received_at FROM pending_feedback
        WHERE model = $1 AND next_look_at <= now() ORDER BY next_look_at, reference LIMIT $2
        """
    )
    static let dropPending = PostgresStatement(
        "drop_pending_feedback",
        """
        DELETE FROM pending_feedback
        WHERE model = $1 AND reference IN (SELECT reference FROM jsonb_array_elements_text($2::jsonb) AS n (reference))
        """
    )
    /// Looks 1, 2, 4 … minutes after the feedback came, so that what never turns up costs ever less.
    static let postponePending = PostgresStatement(
        "postpone_pending_feedback",
        """
        UPDATE pending_feedback SET next_look_at = greatest(received_at + interval '1 minute', now() + (now() - received_at))
        WHERE model = $1 AND reference IN (SELECT reference FROM jsonb_array_elements_text($2::jsonb) AS n (reference))
        """
    )

    // MARK: Judgement

    static let waitingCells = PostgresStatement(
        "select_waiting_labels",
        """
        SELECT coalesce(sum(labelled) FILTER (WHERE cohort = 'canary'), 0)::bigint AS canary,
               coalesce(sum(labelled) FILTER (WHERE cohort <> 'canary'), 0)::bigint AS stable, min(received_at) AS oldest
        FROM label_cells WHERE rollout = $1 AND judged_tick IS NULL AND interval_start < $2
        """
    )
    /// In the order of their arrival, at most $4 cells a tick; one that labels are being added to is of the next tick.
    static let takeCells = PostgresStatement(
        "take_labels",
        """
        UPDATE label_cells SET judged_tick = $2 WHERE id = ANY (ARRAY(
            SELECT id FROM label_cells WHERE rollout = $1 AND judged_tick IS NULL AND interval_start < $3 ORDER BY id LIMIT $4
            FOR UPDATE SKIP LOCKED))
        RETURNING cohort, generation, interval_start, quality
        """
    )

    // MARK: Retention

    static let keepLabels = PostgresStatement(
        "keep_label_days",
        """
        SELECT keep_days('labels', 'predicted_at', 7,
                         greatest($1, (SELECT max((signals->>'predictionDays')::integer) FROM models)) + 1) AS changed
        """
    )
    static let forgetPending = PostgresStatement(
        "forget_pending_feedback",
        """
        DELETE FROM pending_feedback WHERE (model, reference) IN (
            SELECT p.model, p.reference FROM models m
            JOIN pending_feedback p ON p.model = m.name
                AND p.received_at < now() - make_interval(days => coalesce((m.signals->>'predictionDays')::integer, $1))
            LIMIT $2)
        """
    )
}

import PostgresClient

enum PredictionStatements {
    static let all = [
        insert, insertPayloads, select, selectByKeys, selectPayloads, keepPredictions, keepPayloads, forgetPredictions,
        forgetPayloads,
    ]

    /// A row that is there already is the same one: ids are given out once.
    static let insert = PostgresStatement(
        "insert_predictions",
        """
        INSERT INTO predictions (predicted_at, request_id, request_row, model, version, cohort, rollout, generation, key, prediction, slices)
        SELECT timestamptz 'epoch' + at * interval '1 microsecond', request, row, model, version, cohort::cohort, rollout, generation, key,
               prediction, slices
        FROM jsonb_to_recordset($1::jsonb) AS p (at bigint, request text, row integer, model text, version text, cohort text, rollout bigint,
                                                 generation bigint, key text, prediction jsonb, slices jsonb)
        ON CONFLICT DO NOTHING
        """
    )
    static let insertPayloads = PostgresStatement(
        "insert_payload_samples",
        """
        INSERT INTO payload_samples (taken_at, request_id, model, version, status, request, response)
        SELECT timestamptz 'epoch' + at * interval '1 microsecond', request_id, model, version, status, request, response
        FROM jsonb_to_recordset($1::jsonb) AS p (at bigint, request_id text, model text, version text, status integer, request text,
                                                 response text)
        ON CONFLICT DO NOTHING
        """
    )

    /// Row by row through the primary key, whatever the planner thinks of the table's size; the bounds of time keep it to the partitions
    /// that can hold the rows.
    static let select = PostgresStatement(
        "select_predictions",
        """
        SELECT p.predicted_at, p.request_id, p.request_row, p.cohort, p.generation, p.key, p.prediction, p.slices
        FROM jsonb_to_recordset($2::jsonb) AS n (at bigint, request text, row integer)
        CROSS JOIN LATERAL (
            SELECT * FROM predictions
            WHERE predicted_at = timestamptz 'epoch' + n.at * interval '1 microsecond' AND request_id = n.request
                  AND request_row = n.row AND model = $1 AND predicted_at BETWEEN $3 AND $4
            LIMIT 1) AS p
        """
    )
    static let selectByKeys = PostgresStatement(
        "select_predictions_by_keys",
        """
        SELECT p.predicted_at, p.request_id, p.request_row, p.cohort, p.generation, p.key, p.prediction, p.slices
        FROM (SELECT DISTINCT key FROM jsonb_array_elements_text($2::jsonb) AS n (key)) AS named
        CROSS JOIN LATERAL (SELECT * FROM predictions WHERE model = $1 AND key = named.key ORDER BY predicted_at DESC LIMIT 1) AS p
        """
    )
    static let selectPayloads = PostgresStatement(
        "select_payload_samples",
        """
        SELECT taken_at, request_id, status, request, response FROM payload_samples
        WHERE model = $1 AND version = $2 AND taken_at < $3 ORDER BY taken_at DESC, request_id LIMIT $4
        """
    )

    // MARK: Retention

    /// Partitions for as many days as some model wants its predictions kept, $1 when it doesn't say.
    static let keepPredictions = PostgresStatement(
        "keep_prediction_days",
        """
        SELECT keep_days('predictions', 'predicted_at', 7,
                         coalesce((SELECT max(coalesce((signals->>'predictionDays')::integer, $1)) FROM models), $1)) AS changed
        """
    )
    static let keepPayloads = PostgresStatement(
        "keep_payload_days",
        """
        SELECT keep_days('payload_samples', 'taken_at', 7,
                         coalesce((SELECT max((signals->'payloadSample'->>'days')::integer) FROM models), 1)) AS changed
        """
    )
    /// Of models that keep theirs for fewer days than others.
    static let forgetPredictions = PostgresStatement(
        "forget_predictions",
        """
        DELETE FROM predictions WHERE (predicted_at, request_id, request_row) IN (
            SELECT p.predicted_at, p.request_id, p.request_row FROM models m
            JOIN predictions p ON p.model = m.name
                                  AND p.predicted_at < now() - make_interval(days => coalesce((m.signals->>'predictionDays')::integer, $1))
            LIMIT 20000)
        """
    )
    static let forgetPayloads = PostgresStatement(
        "forget_payload_samples",
        """
        DELETE FROM payload_samples WHERE (taken_at, request_id, model) IN (
            SELECT p.taken_at, p.request_id, p.model FROM models m
            JOIN payload_samples p ON p.model = m.name
                                      AND p.taken_at < now() - make_interval(days => coalesce((m.signals->'payloadSample'->>'days')::integer, 1))
            LIMIT 5000)
        """
    )
}

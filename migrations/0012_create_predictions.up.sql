-- Predicted rows that wait for their labels, and payloads that models asked to keep: a partition a day, because what is old goes by the
-- day. Takes no lock on existing tables.

-- Makes the partitions of the days to come and drops those whose retention is over; days are UTC's. Rows outside all partitions lie in
-- PARENT_default: they are moved when their day gets a partition and deleted when they are too old, or dated beyond the days to come.
-- Returns how many partitions were made or dropped. Gives up soon where others hold locks: it runs again.
CREATE FUNCTION keep_days(parent text, key text, ahead integer, kept integer) RETURNS integer LANGUAGE plpgsql
SET lock_timeout = '500ms' AS $$
DECLARE
    today date := (now() AT TIME ZONE 'UTC')::date;
    changed integer := 0;
    part text;
    day date;
BEGIN
    EXECUTE format('DELETE FROM %I WHERE %I < $1 OR %I >= $2', parent || '_default', key, key)
        USING (today - kept)::timestamp AT TIME ZONE 'UTC', (today + ahead + 1)::timestamp AT TIME ZONE 'UTC';
    FOR day IN EXECUTE format(
        'SELECT DISTINCT (%I AT TIME ZONE ''UTC'')::date FROM %I UNION SELECT $1 + generate_series(0, $2)', key, parent || '_default')
        USING today, ahead
    LOOP
        part := parent || '_' || to_char(day, 'YYYYMMDD');
        CONTINUE WHEN to_regclass(quote_ident(part)) IS NOT NULL;
        EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', parent || '_default');
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, parent);
        EXECUTE format('WITH moved AS (DELETE FROM %I WHERE (%I AT TIME ZONE ''UTC'')::date = $1 RETURNING *) INSERT INTO %I SELECT * FROM moved',
                       parent || '_default', key, part) USING day;
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, part,
                       day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
        changed := changed + 1;
    END LOOP;
    FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = to_regclass(quote_ident(parent)) AND c.relname ~ '_\d{8}$'
              AND to_date(right(c.relname, 8), 'YYYYMMDD') < today - kept
    LOOP
        EXECUTE format('DROP TABLE %I', part);
        changed := changed + 1;
    END LOOP;
    RETURN changed;
END $$;

CREATE TABLE predictions (
    -- As the request's id says, so that a request always lies in the same partition.
    predicted_at timestamptz NOT NULL,
    request_id text NOT NULL,
    -- 0, 1, 2 … within the request.
    request_row integer NOT NULL CHECK (request_row >= 0),
    model text NOT NULL,
    version text NOT NULL,
    cohort cohort NOT NULL,
    rollout bigint,
    -- Of the model's route.
    generation bigint NOT NULL,
    -- The user's own name of the row.
    key text,
    prediction jsonb NOT NULL CHECK (jsonb_typeof(prediction) = 'object'),
    -- An array of "signal=value".
    slices jsonb NOT NULL CHECK (jsonb_typeof(slices) = 'array'),
    PRIMARY KEY (predicted_at, request_id, request_row)
) PARTITION BY RANGE (predicted_at);
CREATE INDEX predictions_by_key ON predictions (model, key, predicted_at) WHERE key IS NOT NULL;
CREATE INDEX predictions_by_age ON predictions (model, predicted_at);
CREATE TABLE predictions_default PARTITION OF predictions DEFAULT;

CREATE TABLE payload_samples (
    taken_at timestamptz NOT NULL,
    request_id text NOT NULL,
    model text NOT NULL,
    version text NOT NULL,
    status integer NOT NULL,
    -- Redacted before it was sent here.
    request text NOT NULL,
    response text NOT NULL,
    PRIMARY KEY (taken_at, request_id, model)
) PARTITION BY RANGE (taken_at);
CREATE INDEX payload_samples_of_version ON payload_samples (model, version, taken_at);
CREATE TABLE payload_samples_default PARTITION OF payload_samples DEFAULT;

-- What gateways counted. A window is unique by replica and sequence, so a retried flush is counted once.
CREATE TYPE cohort AS ENUM ('stable', 'canary', 'baseline');

CREATE TABLE telemetry_windows (
    replica text NOT NULL,
    sequence bigint NOT NULL CHECK (sequence > 0),
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL CHECK (ended_at >= started_at),
    dropped_requests bigint NOT NULL CHECK (dropped_requests >= 0),
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (replica, sequence)
);
CREATE INDEX telemetry_windows_by_time ON telemetry_windows (started_at);

CREATE TABLE telemetry_cells (
    replica text NOT NULL,
    sequence bigint NOT NULL,
    model text NOT NULL,
    version text NOT NULL,
    cohort cohort NOT NULL,
    -- NULL outside rollouts.
    rollout bigint,
    -- Of the model's route.
    generation bigint NOT NULL,
    -- Copied from the window, so that evidence is found by one index.
    started_at timestamptz NOT NULL,
    dropped_requests bigint NOT NULL,
    -- Requests routed in the window's time; the columns below count those that ended in it.
    assigned bigint NOT NULL CHECK (assigned >= 0),
    success bigint NOT NULL CHECK (success >= 0),
    client_error bigint NOT NULL CHECK (client_error >= 0),
    server_error bigint NOT NULL CHECK (server_error >= 0),
    timeout bigint NOT NULL CHECK (timeout >= 0),
    connect_failure bigint NOT NULL CHECK (connect_failure >= 0),
    upstream_failure bigint NOT NULL CHECK (upstream_failure >= 0),
    client_aborted bigint NOT NULL CHECK (client_aborted >= 0),
    gateway_failure bigint NOT NULL CHECK (gateway_failure >= 0),
    connect_failure_run bigint NOT NULL CHECK (connect_failure_run >= 0),
    -- A sparse histogram: the buckets that hold something, ascending, and their counts; with the exact sum for means.
    latency_buckets integer[] NOT NULL,
    latency_counts bigint[] NOT NULL CHECK (cardinality(latency_counts) = cardinality(latency_buckets)),
    latency_sum_microseconds bigint NOT NULL CHECK (latency_sum_microseconds >= 0),
    -- The tick of its rollout that took the cell into judgement; NULL until then, and for ever when it came too late.
    judged_tick bigint,
    FOREIGN KEY (replica, sequence) REFERENCES telemetry_windows (replica, sequence) ON DELETE CASCADE
);
CREATE INDEX telemetry_cells_of_window ON telemetry_cells (replica, sequence);
CREATE INDEX telemetry_cells_to_judge ON telemetry_cells (rollout, started_at) WHERE judged_tick IS NULL;
CREATE INDEX telemetry_cells_of_rollout ON telemetry_cells (rollout, started_at) WHERE rollout IS NOT NULL;
CREATE INDEX telemetry_cells_of_model ON telemetry_cells (model, started_at);

-- What versions looked like, and what is found about stable while no trial asks. The references lock `models` and `versions` against
-- writers until the commit, which is an instant: all tables here are empty.

-- What a version's signals looked like when it was made.
CREATE TABLE baselines (
    model text NOT NULL,
    version text NOT NULL,
    baseline jsonb NOT NULL CHECK (jsonb_typeof(baseline) = 'object'),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (model, version),
    FOREIGN KEY (model, version) REFERENCES versions (model, name)
);

-- The telemetry of all cohorts of a version, a row a minute, for a week; columns as in the evidence.
CREATE TABLE version_minutes (
    model text NOT NULL REFERENCES models (name),
    version text NOT NULL,
    minute timestamptz NOT NULL,
    assigned bigint NOT NULL,
    outcomes bigint[] NOT NULL,
    connect_failure_run bigint NOT NULL,
    latency_buckets integer[] NOT NULL,
    latency_counts bigint[] NOT NULL,
    latency_sum_microseconds bigint NOT NULL,
    detail jsonb CHECK (jsonb_typeof(detail) = 'object'),
    PRIMARY KEY (model, version, minute)
);
CREATE INDEX version_minutes_by_age ON version_minutes (minute);

-- The watch over a model's stable version: its state is what all minutes so far have come to.
CREATE TABLE watches (
    model text PRIMARY KEY REFERENCES models (name),
    -- NULL until the model has a stable version.
    version text,
    -- When this version's watch began; another version, or another baseline, begins a new one.
    started_at timestamptz NOT NULL,
    -- Telemetry before this moment is in the minutes.
    rolled_through timestamptz NOT NULL,
    state jsonb CHECK (jsonb_typeof(state) = 'object'),
    -- Grows with every change: a stale writer is refused.
    revision bigint NOT NULL CHECK (revision > 0),
    updated_at timestamptz NOT NULL
);

-- Findings with their history; the newest state of each.
CREATE TABLE watch_findings (
    model text NOT NULL REFERENCES models (name),
    version text NOT NULL,
    watch_started_at timestamptz NOT NULL,
    -- 1, 2, 3 … within a watch.
    number integer NOT NULL CHECK (number > 0),
    finding jsonb NOT NULL CHECK (jsonb_typeof(finding) = 'object'),
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (model, watch_started_at, number)
);

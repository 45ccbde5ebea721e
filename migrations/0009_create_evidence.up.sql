-- What ticks took into judgement, stratum by stratum: a restart and a replay fold these, however many gateways there were and
-- however old the raw telemetry is. Takes no lock on existing tables.
CREATE TABLE evidence (
    rollout bigint NOT NULL REFERENCES rollouts (id),
    tick bigint NOT NULL CHECK (tick > 0),
    interval_start timestamptz NOT NULL,
    -- Of the model's route.
    generation bigint NOT NULL,
    canary_weight_bp integer NOT NULL CHECK (canary_weight_bp BETWEEN 0 AND 10000),
    dropped_requests bigint NOT NULL CHECK (dropped_requests >= 0),
    -- Outcomes in the order of the program's enumeration, which only grows at its end.
    canary_assigned bigint NOT NULL,
    canary_outcomes bigint[] NOT NULL,
    canary_connect_failure_run bigint NOT NULL,
    canary_latency_buckets integer[] NOT NULL,
    canary_latency_counts bigint[] NOT NULL,
    canary_latency_sum_microseconds bigint NOT NULL,
    stable_assigned bigint NOT NULL,
    stable_outcomes bigint[] NOT NULL,
    stable_connect_failure_run bigint NOT NULL,
    stable_latency_buckets integer[] NOT NULL,
    stable_latency_counts bigint[] NOT NULL,
    stable_latency_sum_microseconds bigint NOT NULL,
    PRIMARY KEY (rollout, tick, interval_start, generation)
);
CREATE TRIGGER evidence_append_only BEFORE UPDATE OR DELETE ON evidence FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_no_truncate BEFORE TRUNCATE ON evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

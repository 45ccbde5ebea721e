-- The history of every rollout, append-only: what was decided, by whom, why, on which evidence.
CREATE TYPE decision_kind AS ENUM (
    'start', 'hold', 'advance', 'promote', 'roll_back', 'restore', 'supersede', 'pause', 'resume');

CREATE TABLE decisions (
    rollout bigint NOT NULL REFERENCES rollouts (id),
    -- Unique within the rollout, so two deciders can't both act on the same state.
    sequence bigint NOT NULL CHECK (sequence > 0),
    kind decision_kind NOT NULL,
    reason text NOT NULL,
    actor text NOT NULL,
    -- The fence of the lease under which the loop decided; NULL for operators.
    fence bigint,
    decided_at timestamptz NOT NULL,
    state_before jsonb NOT NULL,
    state_after jsonb NOT NULL,
    canary_weight_bp integer NOT NULL CHECK (canary_weight_bp BETWEEN 0 AND 10000),
    -- Everything the judge found, with thresholds; NULL for operators.
    assessment jsonb,
    PRIMARY KEY (rollout, sequence),
    CHECK ((fence IS NULL) = (actor <> 'loop'))
);
CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE ON decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER decisions_never_emptied BEFORE TRUNCATE ON decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The newest finding of an open rollout, for screens; the decisions hold the ones that mattered.
CREATE TABLE assessments (
    rollout bigint PRIMARY KEY REFERENCES rollouts (id),
    reason text NOT NULL,
    assessed_at timestamptz NOT NULL,
    assessment jsonb NOT NULL
);

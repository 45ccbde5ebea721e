-- The attempts to replace stable by a canary: at most one open rollout a model, and a settled one stays settled.
CREATE TYPE rollout_phase AS ENUM (
    'pending', 'warming', 'progressing', 'awaiting_approval', 'promoted', 'rolled_back', 'inconclusive', 'superseded');
CREATE TYPE rollout_cause AS ENUM (
    'check', 'hard_stop', 'limit', 'operator', 'deadline', 'no_data', 'error', 'undecided', 'stable_replaced');

CREATE TABLE rollouts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model text NOT NULL REFERENCES models (name),
    canary text NOT NULL,
    stable text NOT NULL CHECK (stable <> canary),
    plan jsonb NOT NULL CHECK (jsonb_typeof(plan) = 'object'),
    salt_high bigint NOT NULL,
    salt_low bigint NOT NULL,
    phase rollout_phase NOT NULL,
    -- The step whose weight is routed; 0 before the first one is judged.
    step integer NOT NULL CHECK (step >= 0),
    -- Held at its phase by an operator.
    paused boolean NOT NULL,
    cause rollout_cause,
    started_at timestamptz NOT NULL,
    stage_since timestamptz NOT NULL,
    step_generation bigint NOT NULL,
    settled_at timestamptz,
    -- When a restore undid the promotion.
    restored_at timestamptz,
    -- Grows with every decision; a stale writer is refused by it.
    sequence bigint NOT NULL CHECK (sequence >= 0),
    -- Grows with every batch of evidence taken into judgement.
    tick bigint NOT NULL CHECK (tick >= 0),
    FOREIGN KEY (model, canary) REFERENCES versions (model, name),
    FOREIGN KEY (model, stable) REFERENCES versions (model, name),
    CHECK ((settled_at IS NULL) = (phase IN ('pending', 'warming', 'progressing', 'awaiting_approval'))),
    CHECK (NOT paused OR settled_at IS NULL),
    CHECK ((cause IS NOT NULL) = (phase IN ('rolled_back', 'inconclusive'))),
    CHECK (restored_at IS NULL OR phase = 'promoted')
);

CREATE UNIQUE INDEX rollouts_one_open_per_model ON rollouts (model) WHERE settled_at IS NULL;
CREATE INDEX rollouts_by_model ON rollouts (model, id DESC);

CREATE FUNCTION refuse_rollout_rewind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.model, NEW.canary, NEW.stable, NEW.plan, NEW.salt_high, NEW.salt_low, NEW.started_at)
        IS DISTINCT FROM (OLD.id, OLD.model, OLD.canary, OLD.stable, OLD.plan, OLD.salt_high, OLD.salt_low, OLD.started_at) THEN
        RAISE EXCEPTION 'what rollout % tries is fixed', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    -- Only a restore is noted on a settled rollout, once.
    IF OLD.settled_at IS NOT NULL
        AND ((NEW.phase, NEW.step, NEW.cause, NEW.stage_since, NEW.step_generation, NEW.settled_at, NEW.tick)
            IS DISTINCT FROM (OLD.phase, OLD.step, OLD.cause, OLD.stage_since, OLD.step_generation, OLD.settled_at, OLD.tick)
            OR (OLD.restored_at IS NOT NULL AND NEW.restored_at IS DISTINCT FROM OLD.restored_at)) THEN
        RAISE EXCEPTION 'rollout % is settled', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    -- Phases are declared in the order of a rollout's life; each step passes through them again.
    IF NEW.sequence < OLD.sequence OR NEW.tick < OLD.tick OR NEW.step_generation < OLD.step_generation
        OR (NEW.step, NEW.phase) < (OLD.step, OLD.phase) THEN
        RAISE EXCEPTION 'rollout % cannot be rewound', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER rollouts_change BEFORE UPDATE ON rollouts FOR EACH ROW EXECUTE FUNCTION refuse_rollout_rewind();

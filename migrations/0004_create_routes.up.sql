-- What gateways route by. One row counts generations, so they are committed in the order of their numbers.
CREATE TABLE route_head (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    generation bigint NOT NULL CHECK (generation >= 0)
);
INSERT INTO route_head (generation) VALUES (0);

CREATE TABLE routes (
    model text PRIMARY KEY REFERENCES models (name),
    generation bigint NOT NULL CHECK (generation > 0),
    stable text NOT NULL,
    -- The canary's columns are set together, outside rollouts not at all.
    rollout bigint REFERENCES rollouts (id),
    canary text,
    canary_weight_bp integer NOT NULL CHECK (canary_weight_bp BETWEEN 0 AND 10000),
    FOREIGN KEY (model, stable) REFERENCES versions (model, name),
    FOREIGN KEY (model, canary) REFERENCES versions (model, name),
    CHECK ((rollout IS NULL) = (canary IS NULL)),
    CHECK (canary IS NOT NULL OR canary_weight_bp = 0)
);

-- Every route there ever was: which weight a generation stood for is part of the evidence.
CREATE TABLE route_changes (
    model text NOT NULL REFERENCES models (name),
    generation bigint NOT NULL,
    stable text NOT NULL,
    rollout bigint REFERENCES rollouts (id),
    canary text,
    canary_weight_bp integer NOT NULL CHECK (canary_weight_bp BETWEEN 0 AND 10000),
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (model, generation)
);

CREATE FUNCTION refuse_generation_rewind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.generation <= OLD.generation THEN
        RAISE EXCEPTION 'generations only grow' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER route_head_grows BEFORE UPDATE ON route_head FOR EACH ROW EXECUTE FUNCTION refuse_generation_rewind();
CREATE TRIGGER routes_grow BEFORE UPDATE ON routes FOR EACH ROW EXECUTE FUNCTION refuse_generation_rewind();

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER route_changes_append_only BEFORE UPDATE OR DELETE ON route_changes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER route_changes_never_emptied BEFORE TRUNCATE ON route_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The immutable versions of a model with their states: the schema itself refuses a second stable or a second canary.
CREATE TYPE version_state AS ENUM ('registered', 'canary', 'stable', 'deprecated', 'failed', 'inconclusive', 'superseded');

CREATE TABLE versions (
    model text NOT NULL REFERENCES models (name),
    name text NOT NULL CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
    -- Order of registration within all models: the newest waiting version is the one with the highest position.
    position bigint GENERATED ALWAYS AS IDENTITY,
    -- The specification exactly as accepted; a repeated registration is compared with it.
    specification jsonb NOT NULL CHECK (jsonb_typeof(specification) = 'object'),
    state version_state NOT NULL,
    registered_at timestamptz NOT NULL,
    state_changed_at timestamptz NOT NULL,
    PRIMARY KEY (model, name)
);

CREATE UNIQUE INDEX versions_one_stable_per_model ON versions (model) WHERE state = 'stable';
CREATE UNIQUE INDEX versions_one_canary_per_model ON versions (model) WHERE state = 'canary';

-- A version's life has one direction, and its specification none.
CREATE FUNCTION refuse_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.model, NEW.name, NEW.position, NEW.specification, NEW.registered_at)
        IS DISTINCT FROM (OLD.model, OLD.name, OLD.position, OLD.specification, OLD.registered_at) THEN
        RAISE EXCEPTION 'version % of model % is immutable', OLD.name, OLD.model USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('registered', 'canary'), ('registered', 'stable'), ('canary', 'stable'), ('canary', 'failed'), ('canary', 'inconclusive'),
        ('canary', 'superseded'), ('stable', 'deprecated'), ('deprecated', 'stable')) THEN
        RAISE EXCEPTION 'version % of model % cannot go from % to %', OLD.name, OLD.model, OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER versions_change BEFORE UPDATE ON versions FOR EACH ROW EXECUTE FUNCTION refuse_version_change();

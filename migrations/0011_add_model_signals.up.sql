-- How a model's payloads are understood; NULL: by the defaults. Neither rewrites nor reads the table: it is locked for an instant only.
ALTER TABLE models
    ADD COLUMN signals jsonb,
    ADD CONSTRAINT models_signals_are_object CHECK (jsonb_typeof(signals) = 'object') NOT VALID;

-- Signs the ids of requests, on all gateways alike and for ever: who had another key couldn't tell our ids from forged ones.
CREATE TABLE stamp_key (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    high bigint NOT NULL,
    low bigint NOT NULL
);
-- A random UUID has six fixed bits; where one has them, the other half it is combined with has random ones.
INSERT INTO stamp_key (high, low)
SELECT ('x' || left(a, 16))::bit(64)::bigint # ('x' || right(b, 16))::bit(64)::bigint,
       ('x' || left(c, 16))::bit(64)::bigint # ('x' || right(d, 16))::bit(64)::bigint
FROM (SELECT replace(gen_random_uuid()::text, '-', '') AS a, replace(gen_random_uuid()::text, '-', '') AS b,
             replace(gen_random_uuid()::text, '-', '') AS c, replace(gen_random_uuid()::text, '-', '') AS d) AS random;

CREATE FUNCTION refuse_replacement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is fixed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER stamp_key_fixed BEFORE UPDATE OR DELETE ON stamp_key FOR EACH ROW EXECUTE FUNCTION refuse_replacement();

-- What gateways did by themselves: canaries they took the traffic from at once, before the controller knew. No reference to other
-- tables: what a gateway tells is kept whatever it names, since a row that can't be written would be tried for ever. Takes no lock on
-- existing tables.
CREATE TABLE trips (
    id text PRIMARY KEY CHECK (id ~ '^[0-9a-f-]{36}$'),
    model text NOT NULL,
    -- NULL when neither the order by hand nor the gateway's routes named one.
    rollout bigint,
    -- Of the gateway's start that told it, which may be a later one than the start that tripped.
    replica text NOT NULL,
    trip jsonb NOT NULL CHECK (jsonb_typeof(trip) = 'object'),
    -- By the database's clock.
    happened_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    -- The decision of its rollout that followed it; NULL when the rollout had ended by itself.
    decision bigint,
    -- When the controller went on in spite of it.
    acknowledged_at timestamptz,
    CHECK (decision IS NULL OR acknowledged_at IS NULL)
);
CREATE INDEX trips_by_rollout ON trips (rollout, happened_at);

CREATE FUNCTION refuse_trip_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE'
        OR (NEW.id, NEW.model, NEW.rollout, NEW.replica, NEW.trip, NEW.happened_at, NEW.recorded_at)
            IS DISTINCT FROM (OLD.id, OLD.model, OLD.rollout, OLD.replica, OLD.trip, OLD.happened_at, OLD.recorded_at)
        OR OLD.decision IS NOT NULL OR OLD.acknowledged_at IS NOT NULL THEN
        RAISE EXCEPTION 'trips only get an answer, once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trips_change BEFORE UPDATE OR DELETE ON trips FOR EACH ROW EXECUTE FUNCTION refuse_trip_change();
CREATE TRIGGER trips_never_emptied BEFORE TRUNCATE ON trips FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

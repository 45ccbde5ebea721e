-- What happened, in the order of commit, append-only: the stream that clients follow.
CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    occurred_at timestamptz NOT NULL,
    kind text NOT NULL CHECK (kind ~ '^[a-z][A-Za-z]{0,62}$'),
    model text NOT NULL REFERENCES models (name),
    version text,
    rollout bigint REFERENCES rollouts (id),
    message text NOT NULL
);
CREATE INDEX events_by_model ON events (model, id);
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_never_emptied BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

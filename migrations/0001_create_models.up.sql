-- The models that are served: everything else hangs on their names. Takes no lock on existing tables.
CREATE TABLE models (
    name text PRIMARY KEY CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$' AND name NOT IN ('v1', 'v2')),
    -- NULL: the standard routes of the inference protocols.
    route jsonb,
    auto_start boolean NOT NULL,
    labels jsonb NOT NULL CHECK (jsonb_typeof(labels) = 'object'),
    created_at timestamptz NOT NULL
);

-- Requests that clients pinned to a version: shown, and judged by nobody. The references lock `models` against writers until the commit,
-- which is an instant: the table is empty.
CREATE TABLE pinned_requests (
    model text NOT NULL REFERENCES models (name),
    version text NOT NULL,
    -- In UTC.
    day date NOT NULL,
    outcome text NOT NULL CHECK (outcome ~ '^[a-z_]{1,63}$'),
    requests bigint NOT NULL CHECK (requests > 0),
    PRIMARY KEY (model, version, day, outcome)
);

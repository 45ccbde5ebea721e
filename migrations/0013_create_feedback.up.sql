-- What users told about predictions. The references lock `models` and `rollouts` against writers until the commit, which is an instant:
-- all tables here are empty.

-- Every label that counts, once: by the request's id and row, whichever way it was named. The day of the prediction is part of the key
-- because a partitioned table wants it there; it follows from the id.
CREATE TABLE labels (
    predicted_at timestamptz NOT NULL,
    request_id text NOT NULL,
    request_row integer NOT NULL CHECK (request_row >= 0),
    model text NOT NULL,
    key text,
    label jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (predicted_at, request_id, request_row)
) PARTITION BY RANGE (predicted_at);
CREATE INDEX labels_by_key ON labels (model, key) WHERE key IS NOT NULL;
CREATE TABLE labels_default PARTITION OF labels DEFAULT;

-- Feedback about predictions that aren't known: shown, and looked at again until its time is over.
CREATE TABLE pending_feedback (
    model text NOT NULL REFERENCES models (name),
    -- `request:ID#ROW` or `key:KEY`.
    reference text NOT NULL,
    feedback jsonb NOT NULL CHECK (jsonb_typeof(feedback) = 'object'),
    -- Why it is not counted, in words.
    reason text NOT NULL,
    received_at timestamptz NOT NULL,
    -- NULL when looking again is in vain.
    next_look_at timestamptz,
    PRIMARY KEY (model, reference)
);
CREATE INDEX pending_feedback_due ON pending_feedback (model, next_look_at) WHERE next_look_at IS NOT NULL;
CREATE INDEX pending_feedback_by_age ON pending_feedback (received_at);

-- Labelled rows, counted by batch and by the interval of their prediction, on their way into judgement and into the hours below.
CREATE TABLE label_cells (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model text NOT NULL REFERENCES models (name),
    version text NOT NULL,
    cohort cohort NOT NULL,
    -- NULL outside rollouts.
    rollout bigint REFERENCES rollouts (id),
    -- Of the model's route when the request was routed.
    generation bigint NOT NULL,
    interval_start timestamptz NOT NULL,
    -- How long the label took, at most.
    age text NOT NULL CHECK (age IN ('minute', 'hour', 'day', 'week', 'older')),
    received_at timestamptz NOT NULL,
    labelled bigint NOT NULL CHECK (labelled > 0),
    quality jsonb NOT NULL CHECK (jsonb_typeof(quality) = 'object'),
    -- The tick of its rollout that took the cell into judgement; NULL until then, and for ever when it came too late.
    judged_tick bigint
);
CREATE INDEX label_cells_to_judge ON label_cells (rollout, id) WHERE judged_tick IS NULL AND rollout IS NOT NULL;
CREATE INDEX label_cells_of_model ON label_cells (model, id);

-- The same, for as long as anybody looks at it: by the hour of the prediction and how long its label took.
CREATE TABLE label_hours (
    model text NOT NULL REFERENCES models (name),
    version text NOT NULL,
    cohort cohort NOT NULL,
    hour timestamptz NOT NULL,
    age text NOT NULL CHECK (age IN ('minute', 'hour', 'day', 'week', 'older')),
    labelled bigint NOT NULL CHECK (labelled > 0),
    quality jsonb NOT NULL CHECK (jsonb_typeof(quality) = 'object'),
    PRIMARY KEY (model, hour, version, cohort, age)
);

-- What became of feedback, in items by day of arrival.
CREATE TABLE feedback_totals (
    model text NOT NULL REFERENCES models (name),
    day date NOT NULL,
    result text NOT NULL CHECK (result ~ '^[a-z][A-Za-z]{0,62}$'),
    items bigint NOT NULL CHECK (items > 0),
    PRIMARY KEY (model, day, result)
);

-- What is known of a cohort beyond outcomes and latencies: signals, payloads, parts of the latency, labelled quality. NULL when there is
-- nothing, as in all rows that are there. A column that may be NULL needs no rewrite: each table is locked for an instant only.
ALTER TABLE telemetry_cells ADD COLUMN detail jsonb CHECK (jsonb_typeof(detail) = 'object');
ALTER TABLE evidence
    ADD COLUMN canary_detail jsonb CHECK (jsonb_typeof(canary_detail) = 'object'),
    ADD COLUMN stable_detail jsonb CHECK (jsonb_typeof(stable_detail) = 'object'),
    -- What outside sources of metrics said in the interval, by the check's name.
    ADD COLUMN readings jsonb CHECK (jsonb_typeof(readings) = 'object');
-- Everything beside plan and strata that the decision was found from; NULL for operators, and for decisions made before.
ALTER TABLE decisions ADD COLUMN inputs jsonb CHECK (jsonb_typeof(inputs) = 'object');

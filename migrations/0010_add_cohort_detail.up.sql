-- What is known of a cohort beyond outcomes and latencies: signals, payloads, parts of the latency, labelled quality. NULL when there is
-- nothing, as in all rows that are there. A column that may be NULL needs no rewrite, and a constraint that isn't validated no scan
-- (rows without the column can't break it; new ones are checked): each table is locked for an instant only.
ALTER TABLE telemetry_cells
    ADD COLUMN detail jsonb,
    ADD CONSTRAINT telemetry_cells_detail_is_object CHECK (jsonb_typeof(detail) = 'object') NOT VALID;
ALTER TABLE evidence
    ADD COLUMN canary_detail jsonb,
    ADD COLUMN stable_detail jsonb,
    -- What outside sources of metrics said in the interval, by the check's name.
    ADD COLUMN readings jsonb,
    ADD CONSTRAINT evidence_canary_detail_is_object CHECK (jsonb_typeof(canary_detail) = 'object') NOT VALID,
    ADD CONSTRAINT evidence_stable_detail_is_object CHECK (jsonb_typeof(stable_detail) = 'object') NOT VALID,
    ADD CONSTRAINT evidence_readings_are_object CHECK (jsonb_typeof(readings) = 'object') NOT VALID;
-- Everything beside plan and strata that the decision was found from; NULL for operators, and for decisions made before.
ALTER TABLE decisions
    ADD COLUMN inputs jsonb,
    ADD CONSTRAINT decisions_inputs_are_object CHECK (jsonb_typeof(inputs) = 'object') NOT VALID;

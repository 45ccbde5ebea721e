-- Forgets details, readings and inputs; outcomes and latencies stay.
ALTER TABLE decisions DROP COLUMN inputs;
ALTER TABLE evidence DROP COLUMN readings, DROP COLUMN stable_detail, DROP COLUMN canary_detail;
ALTER TABLE telemetry_cells DROP COLUMN detail;

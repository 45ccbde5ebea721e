-- Forgets how many requests found no place; strata keep it.
ALTER TABLE telemetry_cells DROP COLUMN saturated;

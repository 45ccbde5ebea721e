-- Requests that found no place within a version's own limit of requests in flight. A constant default needs no rewrite of the table, and
-- a constraint that isn't validated no scan: the table is locked for an instant only.
ALTER TABLE telemetry_cells
    ADD COLUMN saturated bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT telemetry_cells_saturated_not_negative CHECK (saturated >= 0) NOT VALID;

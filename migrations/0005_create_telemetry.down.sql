-- Forgets everything that was counted.
DROP TABLE telemetry_cells;
DROP TABLE telemetry_windows;
DROP TYPE cohort;

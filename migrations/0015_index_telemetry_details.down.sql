-- Details are found by reading the whole table again.
DROP INDEX telemetry_cells_with_detail;

-- Finds the details that are to be forgotten, so that looking for them each minute reads nothing else. No row that is there before this
-- release has any: the index begins empty, but the table is read once to know that. Meanwhile readers go on, and gateways keep their
-- counts to write them afterwards; a migration of its own, so that no other lock is held for that long.
CREATE INDEX telemetry_cells_with_detail ON telemetry_cells (started_at) WHERE detail IS NOT NULL;

-- Forgets every version.
DROP TABLE versions;
DROP FUNCTION refuse_version_change;
DROP TYPE version_state;

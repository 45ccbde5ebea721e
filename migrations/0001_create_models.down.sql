-- Forgets every model; the tables that refer to them must be gone before.
DROP TABLE models;

-- Forgets the signals of all models, and the key: ids that were given out are unknown from now on.
DROP TABLE stamp_key;
DROP FUNCTION refuse_replacement;
ALTER TABLE models DROP COLUMN signals;

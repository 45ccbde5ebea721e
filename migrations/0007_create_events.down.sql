-- Forgets every event.
DROP TABLE events;

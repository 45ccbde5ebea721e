-- Forgets every route.
DROP TABLE route_changes;
DROP TABLE routes;
DROP TABLE route_head;
DROP FUNCTION refuse_generation_rewind;
DROP FUNCTION refuse_change;

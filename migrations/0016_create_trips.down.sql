-- Forgets what gateways did by themselves; the decisions that followed stay.
DROP TABLE trips;
DROP FUNCTION refuse_trip_change;

-- Forgets every rollout.
DROP TABLE rollouts;
DROP FUNCTION refuse_rollout_rewind;
DROP TYPE rollout_cause;
DROP TYPE rollout_phase;

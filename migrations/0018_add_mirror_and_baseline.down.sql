-- Forgets the copies and the baseline arm: routes have the two cohorts of before.
ALTER TABLE evidence DROP COLUMN baseline_weight_bp, DROP COLUMN rest;
ALTER TABLE route_changes
    DROP CONSTRAINT route_changes_weights_fit, DROP COLUMN mirror_bp, DROP COLUMN baseline_weight_bp;
ALTER TABLE routes
    DROP CONSTRAINT routes_weights_fit, DROP CONSTRAINT routes_trial_has_canary,
    DROP COLUMN mirror_bp, DROP COLUMN baseline_weight_bp;

-- A route may have stable's requests mirrored to the canary, and may keep a share of them apart as the baseline; the strata say what their
-- routes did, and what stable did beside the baseline. Rows that are there have neither: a column with a constant default needs no
-- rewrite, and a constraint that isn't validated no scan, so each table is locked for an instant only.
ALTER TABLE routes
    ADD COLUMN mirror_bp integer NOT NULL DEFAULT 0,
    ADD COLUMN baseline_weight_bp integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT routes_mirror_is_share CHECK (mirror_bp BETWEEN 0 AND 10000) NOT VALID,
    ADD CONSTRAINT routes_weights_fit CHECK (baseline_weight_bp >= 0 AND canary_weight_bp + baseline_weight_bp <= 10000) NOT VALID,
    ADD CONSTRAINT routes_trial_has_canary CHECK (canary IS NOT NULL OR (mirror_bp = 0 AND baseline_weight_bp = 0)) NOT VALID;
ALTER TABLE route_changes
    ADD COLUMN mirror_bp integer NOT NULL DEFAULT 0,
    ADD COLUMN baseline_weight_bp integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT route_changes_mirror_is_share CHECK (mirror_bp BETWEEN 0 AND 10000) NOT VALID,
    ADD CONSTRAINT route_changes_weights_fit
        CHECK (baseline_weight_bp >= 0 AND canary_weight_bp + baseline_weight_bp <= 10000) NOT VALID;
ALTER TABLE evidence
    ADD COLUMN baseline_weight_bp integer NOT NULL DEFAULT 0,
    -- Stable's requests beside the baseline; NULL without one.
    ADD COLUMN rest jsonb,
    ADD CONSTRAINT evidence_baseline_is_share CHECK (baseline_weight_bp BETWEEN 0 AND 10000) NOT VALID,
    ADD CONSTRAINT evidence_rest_is_object CHECK (jsonb_typeof(rest) = 'object') NOT VALID;

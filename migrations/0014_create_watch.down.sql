-- Forgets baselines, profiles and findings.
DROP TABLE watch_findings;
DROP TABLE watches;
DROP TABLE version_minutes;
DROP TABLE baselines;

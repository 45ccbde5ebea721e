-- Forgets every decision.
DROP TABLE assessments;
DROP TABLE decisions;
DROP TYPE decision_kind;

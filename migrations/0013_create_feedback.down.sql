-- Forgets all labels; what was judged stays in the evidence.
DROP TABLE feedback_totals;
DROP TABLE label_hours;
DROP TABLE label_cells;
DROP TABLE pending_feedback;
DROP TABLE labels;

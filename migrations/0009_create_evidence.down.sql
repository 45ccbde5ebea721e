-- Forgets what was judged; decisions keep their assessments.
DROP TABLE evidence;

-- Forgets how many requests were pinned.
DROP TABLE pinned_requests;

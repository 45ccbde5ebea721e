-- Forgets the lease and the gateways.
DROP TABLE gateways;
DROP TABLE lease;

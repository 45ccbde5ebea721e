-- Who decides, and who routes. The fence grows with every new holder, so a former one can't write any more.
CREATE TABLE lease (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    holder text NOT NULL,
    fence bigint NOT NULL CHECK (fence >= 0),
    expires_at timestamptz NOT NULL
);
INSERT INTO lease (holder, fence, expires_at) VALUES ('', 0, '-infinity');

CREATE TABLE gateways (
    replica text PRIMARY KEY,
    name text NOT NULL,
    applied_generation bigint NOT NULL CHECK (applied_generation >= 0),
    started_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
);

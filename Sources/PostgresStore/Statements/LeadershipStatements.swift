import PostgresClient

enum LeadershipStatements {
    static let all = [acquire, release, holds, holder, reportGateway, selectGateways, forgetGateways]

    /// The database's clock is the only one that counts. A new holder gets a new fence, the same one keeps its own.
    static let acquire = PostgresStatement(
        "acquire_lease",
        """
        UPDATE lease SET holder = $1, fence = CASE WHEN holder = $1 AND expires_at > clock_timestamp() THEN fence ELSE fence + 1 END,
               expires_at = clock_timestamp() + make_interval(secs => $2::double precision)
        WHERE holder = $1 OR expires_at <= clock_timestamp() RETURNING fence
        """
    )
    static let release = PostgresStatement(
        "release_lease",
        "UPDATE lease SET expires_at = '-infinity' WHERE holder = $1"
    )
    /// The lock keeps a successor from taking over between this look and the commit.
    static let holds = PostgresStatement(
        "holds_lease",
        "SELECT fence FROM lease WHERE fence = $1 AND expires_at > clock_timestamp() FOR SHARE"
    )
    static let holder = PostgresStatement("select_lease_holder", "SELECT holder FROM lease WHERE expires_at > now()")

    static let reportGateway = PostgresStatement(
        "report_gateway",
        """
        INSERT INTO gateways (replica, name, applied_generation, started_at, seen_at) VALUES ($1, $2, $3, now(), now())
        ON CONFLICT (replica) DO UPDATE
        SET applied_generation = greatest(gateways.applied_generation, excluded.applied_generation), seen_at = now()
        """
    )
    static let selectGateways = PostgresStatement(
        "select_gateways",
        "SELECT replica, name, applied_generation, started_at, seen_at FROM gateways ORDER BY name, replica"
    )
    static let forgetGateways = PostgresStatement("forget_gateways", "DELETE FROM gateways WHERE seen_at < $1")
}

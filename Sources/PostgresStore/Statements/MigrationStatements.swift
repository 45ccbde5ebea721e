import PostgresClient

enum MigrationStatements {
    static let all = [lock, unlock, isInstalled, selectApplied, insertApplied, deleteApplied]

    /// A table that the migrations themselves hang on, so it is made outside them.
    static let createTable = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number integer PRIMARY KEY CHECK (number > 0),
            name text NOT NULL,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        )
        """

    /// Held by the session, across the transactions of the single steps.
    static let lock = PostgresStatement("lock_migrations", "SELECT pg_try_advisory_lock(7263, 1) AS locked")
    static let unlock = PostgresStatement("unlock_migrations", "SELECT pg_advisory_unlock(7263, 1)")
    /// Whether anything was ever migrated: looking must not change a database.
    static let isInstalled = PostgresStatement(
        "has_migrations",
        "SELECT to_regclass('schema_migrations') IS NOT NULL AS installed"
    )
    static let selectApplied = PostgresStatement(
        "select_migrations",
        "SELECT number, name, checksum, applied_at FROM schema_migrations ORDER BY number"
    )
    static let insertApplied = PostgresStatement(
        "insert_migration",
        "INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)"
    )
    static let deleteApplied = PostgresStatement("delete_migration", "DELETE FROM schema_migrations WHERE number = $1")
}

import PostgresClient

enum ModelStatements {
    static let all = [
        now, select, selectAll, lock, insert, setSignals, selectVersions, selectVersion, insertVersion, setVersionState,
    ]

    static let now = PostgresStatement("now", "SELECT now() AS now")

    static let select = PostgresStatement(
        "select_model",
        "SELECT name, route, auto_start, labels, signals, created_at FROM models WHERE name = $1"
    )
    static let selectAll = PostgresStatement(
        "select_models",
        "SELECT name, route, auto_start, labels, signals, created_at FROM models ORDER BY name"
    )
    /// NO KEY, so that events and versions, which refer to the model, can be inserted by others meanwhile.
    static let lock = PostgresStatement(
        "lock_model",
        "SELECT name, route, auto_start, labels, signals, created_at FROM models WHERE name = $1 FOR NO KEY UPDATE"
    )
    static let insert = PostgresStatement(
        "insert_model",
        "INSERT INTO models (name, route, auto_start, labels, created_at, signals) VALUES ($1, $2, $3, $4, $5, $6)"
    )
    static let setSignals = PostgresStatement("set_model_signals", "UPDATE models SET signals = $2 WHERE name = $1")

    static let selectVersions = PostgresStatement(
        "select_versions",
        """
        SELECT model, specification, state, registered_at, state_changed_at FROM versions WHERE model = $1 ORDER BY position DESC
        """
    )
    static let selectVersion = PostgresStatement(
        "select_version",
        "SELECT model, specification, state, registered_at, state_changed_at FROM versions WHERE model = $1 AND name = $2"
    )
    static let insertVersion = PostgresStatement(
        "insert_version",
        """
        INSERT INTO versions (model, name, specification, state, registered_at, state_changed_at) VALUES ($1, $2, $3, $4, $5, $6)
        """
    )
    static let setVersionState = PostgresStatement(
        "set_version_state",
        "UPDATE versions SET state = $3, state_changed_at = now() WHERE model = $1 AND name = $2"
    )
}

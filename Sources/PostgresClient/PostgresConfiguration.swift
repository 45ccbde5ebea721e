/// Where the server is, and how long each kind of waiting may take.
package struct PostgresConfiguration: Sendable {
    /// A connection URI (`postgresql://…`) or a libpq `keyword=value` string.
    package var url: String
    /// Shown in `pg_stat_activity`.
    package var applicationName: String
    /// Limit for opening a session, name look-up excepted: that is bounded by the system's resolver.
    package var connectTimeout: Duration
    /// Limit the server sets on one statement.
    package var statementTimeout: Duration
    /// Limit the server sets on waiting for one lock.
    package var lockTimeout: Duration
    /// Limit the server sets on a transaction that does nothing.
    package var idleInTransactionTimeout: Duration
    /// How much longer than `statementTimeout` we wait for a server that says nothing at all.
    package var responseGrace: Duration

    package init(
        url: String,
        applicationName: String = "serin",
        connectTimeout: Duration = .seconds(5),
        statementTimeout: Duration = .seconds(10),
        lockTimeout: Duration = .seconds(5),
        idleInTransactionTimeout: Duration = .seconds(30),
        responseGrace: Duration = .seconds(2)
    ) {
        self.url = url
        self.applicationName = applicationName
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
        self.lockTimeout = lockTimeout
        self.idleInTransactionTimeout = idleInTransactionTimeout
        self.responseGrace = responseGrace
    }

    /// After this time without an answer the connection is given up, however the server is.
    package var responseTimeout: Duration {
        statementTimeout + responseGrace
    }

    /// libpq's keywords in the order in which they are applied: what the URL says wins over the keep-alive defaults,
    /// and nothing wins over the encoding, because all text here is UTF-8.
    var connectionKeywords: [(keyword: String, value: String)] {
        [
            ("fallback_application_name", applicationName),
            ("keepalives_idle", "15"),
            ("keepalives_interval", "5"),
            ("keepalives_count", "3"),
            ("tcp_user_timeout", "20000"),
            ("dbname", url),
            ("client_encoding", "UTF8"),
        ]
    }

    /// Settings of a fresh session, as one script.
    ///
    /// They are not sent as start-up options because connection poolers drop those. The check of the connection lets
    /// the server stop working for a client that has given up on it.
    var sessionScript: String {
        """
        SET statement_timeout = \(statementTimeout.wholeMilliseconds);
        SET lock_timeout = \(lockTimeout.wholeMilliseconds);
        SET idle_in_transaction_session_timeout = \(idleInTransactionTimeout.wholeMilliseconds);
        SET client_connection_check_interval = 2000;
        SET TimeZone = 'UTC';
        SET standard_conforming_strings = on;
        SET client_min_messages = warning
        """
    }
}

extension Duration {
    /// Rounded up, and at least 1: in a PostgreSQL setting 0 would mean no limit.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return max(1, min(seconds, 2_000_000) * 1_000 + fraction)
    }
}

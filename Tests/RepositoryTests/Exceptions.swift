/// What the checks let pass, each with its reason. These tables only shrink: an entry that is no longer needed, or that
/// says more than there is, fails the check it belongs to.
enum Exceptions {
    static let escapes: [EscapeCheck.Permit] = [
        EscapeCheck.Permit(
            path: "Sources/PostgresClient/PostgresPool.swift",
            construct: .uncheckedSendable,
            count: 1,
            reason:
                "a parked connection belongs to the pool's state behind its mutex, or to the one waiter it is handed to"
        ),
        EscapeCheck.Permit(
            path: "Sources/TLS/SharedHandle.swift",
            construct: .uncheckedSendable,
            count: 1,
            reason: "OpenSSL counts and locks what it holds, or that is constant once made, as the pointer is"
        ),
    ]

    static let machinePlaces: [LeftoverCheck.Permit] = [
        LeftoverCheck.Permit(
            path: "Sources/EmbeddedPostgres/ClusterDirectory.swift",
            place: "/tmp/",
            reason: "a unix socket's path is limited to 107 bytes; this is the short place every system has"
        )
    ]

    static let topicFiles: [NamingCheck.Permit] = [
        NamingCheck.Permit(
            path: "Sources/RolloutCore/Model/Names.swift",
            reason: "the names of a model and of a version share one rule"
        ),
        NamingCheck.Permit(
            path: "Sources/RolloutCore/Traffic/Assignment.swift",
            reason: "rule, bucket and salt mean something only together"
        ),
        NamingCheck.Permit(
            path: "Sources/RolloutEngine/Ports/StoredValues.swift",
            reason: "the small values that cross the store's port"
        ),
        NamingCheck.Permit(
            path: "Sources/PostgresClient/PostgresTransaction.swift",
            reason: "extends connection and pool with transactions, beside the options these take"
        ),
        NamingCheck.Permit(
            path: "Sources/HTTPWire/HeadWriting.swift",
            reason: "one way of writing for request and response heads"
        ),
        NamingCheck.Permit(
            path: "Sources/PostgresStore/Rows/DecisionRow.swift",
            reason: "how the domain's own types stand in a row of decisions"
        ),
        NamingCheck.Permit(
            path: "Sources/PostgresStore/Rows/RolloutRow.swift",
            reason: "how the domain's own types stand in a row of rollouts"
        ),
        NamingCheck.Permit(
            path: "Sources/PostgresStore/Rows/TelemetryRow.swift",
            reason: "how the domain's own types stand in a row of telemetry"
        ),
    ]

    static let lengths: [LengthCheck.Debt] = []
}

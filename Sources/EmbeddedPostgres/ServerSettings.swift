/// The server's configuration file: small, reachable by unix socket only, and chatty on standard error only
/// when something is wrong.
struct ServerSettings {
    let socketDirectory: String
    let maximumConnections: Int
    let sharedBuffersMebibytes: Int
    let durability: EmbeddedPostgresConfiguration.Durability

    var text: String {
        """
        # Written by serin at each start. Own settings go into custom.conf beside this file.
        listen_addresses = ''
        unix_socket_directories = \(Self.quoted(socketDirectory))
        unix_socket_permissions = 0700
        port = 5432
        max_connections = \(maximumConnections)
        shared_buffers = \(sharedBuffersMebibytes)MB
        huge_pages = off
        wal_level = minimal
        max_wal_senders = 0
        max_wal_size = 256MB
        min_wal_size = 32MB
        max_worker_processes = 2
        autovacuum_max_workers = 2
        jit = off
        timezone = 'UTC'
        log_timezone = 'UTC'
        lc_messages = 'C'
        logging_collector = off
        log_destination = 'stderr'
        log_line_prefix = ''
        log_min_messages = warning
        log_min_error_statement = panic
        log_checkpoints = off
        \(durabilityLines)
        include_if_exists = 'custom.conf'

        """
    }

    private var durabilityLines: String {
        switch durability {
        case .full: "fsync = on\nsynchronous_commit = on"
        case .none: "fsync = off\nfull_page_writes = off"
        }
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}

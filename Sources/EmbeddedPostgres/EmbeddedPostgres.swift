package import Logging
import Synchronization

/// A private PostgreSQL cluster that runs as long as we do.
///
/// It listens on a unix socket in a directory that only its own account and root can enter, keeps what was
/// acknowledged over crashes of either process, and is restarted when it dies. When our process is killed, the kernel
/// tells the server to shut down, and the next start waits for that.
package final class EmbeddedPostgres: Sendable {
    /// Connection string of libpq for the cluster's own database.
    package let url: String
    private let directory: ClusterDirectory
    private let lock: DirectoryLock
    private let supervisor: Supervisor
    private let isReleased = Mutex(false)

    /// Finds PostgreSQL, makes the cluster when there is none, starts the server, and waits until it accepts
    /// connections. Blocks for as long as `startLimit` at worst.
    package static func start(
        _ configuration: EmbeddedPostgresConfiguration,
        logger: Logger
    ) throws(EmbeddedPostgresError) -> EmbeddedPostgres {
        let account = try ServerAccount(systemUser: configuration.systemUser)
        let directory = try ClusterDirectory(path: configuration.directory, account: account)
        let installed = try PostgresInstallation.find(preferred: configuration.binDirectory)
        let lock = try directory.claim()
        do {
            return try EmbeddedPostgres(
                configuration,
                in: directory,
                installation: directory.installation(among: installed),
                lock: lock,
                logger: logger
            )
        } catch {
            lock.release()
            throw error
        }
    }

    private init(
        _ configuration: EmbeddedPostgresConfiguration,
        in directory: ClusterDirectory,
        installation: PostgresInstallation,
        lock: DirectoryLock,
        logger: Logger
    ) throws(EmbeddedPostgresError) {
        self.directory = directory
        self.lock = lock
        url = directory.url
        supervisor = Supervisor(installation, in: directory, configuration: configuration, logger: logger)
        try directory.initialise(with: installation, durability: configuration.durability)
        try directory.requireReachable(directory.cluster)
        try directory.createSocketDirectory()
        try directory.write(
            ServerSettings(
                socketDirectory: directory.socketDirectory,
                maximumConnections: configuration.maximumConnections,
                sharedBuffersMebibytes: configuration.sharedBuffersMebibytes,
                durability: configuration.durability
            )
        )
        try supervisor.start()
    }

    deinit {
        stop()
    }

    /// The server's main process; nil while it is being restarted or after `stop`.
    package var processIdentifier: Int32? { supervisor.processIdentifier }

    /// How often the server was restarted because it had died.
    package var restarts: Int { supervisor.restarts }

    /// Shuts the server down, waits until it has ended, and gives the directory free. May be called again.
    package func stop() {
        supervisor.stop()
        // Once only: by the second time another serin may have the directory.
        let isFirst = isReleased.withLock { isReleased in
            defer { isReleased = true }
            return !isReleased
        }
        guard isFirst else { return }
        directory.removeSocketDirectoryElsewhere()
        lock.release()
    }
}

import Dispatch
import Foundation
import Glibc
import Logging
import Synchronization

/// Keeps one server running on a thread of its own until it is told to stop.
///
/// State that other threads see is behind one `Mutex`. The thread lives as long as the server: the server's death
/// signal is tied to it.
final class Supervisor: Sendable {
    private struct State {
        var isStarted = false
        var stopRequested = false
        var process: Int32?
        var restarts = 0
        var firstStart: Result<Void, EmbeddedPostgresError>?
    }

    private let installation: PostgresInstallation
    private let directory: ClusterDirectory
    private let configuration: EmbeddedPostgresConfiguration
    private let logger: Logger
    private let state = Mutex(State())
    /// Signalled when the server ends or a stop is asked for: the only thing the thread sleeps on.
    private let wake = DispatchSemaphore(value: 0)
    private let firstStartKnown = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// How long processes left by a server that was killed may take to notice.
    private static let orphanPatience = Duration.seconds(10)
    /// How often the kernel is asked whether the server still runs.
    private static let watchInterval = Duration.milliseconds(250)
    private static let readinessInterval = Duration.milliseconds(10)
    private static let quitLimit = Duration.seconds(6)

    init(
        _ installation: PostgresInstallation,
        in directory: ClusterDirectory,
        configuration: EmbeddedPostgresConfiguration,
        logger: Logger
    ) {
        self.installation = installation
        self.directory = directory
        self.configuration = configuration
        self.logger = logger
    }

    var processIdentifier: Int32? { state.withLock { $0.process } }

    var restarts: Int { state.withLock { $0.restarts } }

    /// Starts the thread and waits until the server accepts connections.
    func start() throws(EmbeddedPostgresError) {
        state.withLock { $0.isStarted = true }
        let thread = Thread { [self] in supervise() }
        thread.name = "serin-postgres"
        thread.start()
        firstStartKnown.wait()
        try (state.withLock { $0.firstStart } ?? .success(())).get()
    }

    /// Stops the server and waits until it has ended. May be called again, and from any thread.
    func stop() {
        let isStarted = state.withLock { state in
            state.stopRequested = true
            return state.isStarted
        }
        guard isStarted else { return }
        wake.signal()
        ended.wait()
        ended.signal()
    }

    // MARK: - On the supervisor's thread

    private enum Run {
        case stopped
        case failed(EmbeddedPostgresError)
    }

    private func supervise() {
        defer { ended.signal() }
        var failuresInRow = 0
        while true {
            let began = ContinuousClock.now
            guard case .failed(let error) = serveOnce() else { return }
            if reportFirstStart(.failure(error)) { return }
            failuresInRow = began.duration(to: .now) > .seconds(60) ? 1 : failuresInRow + 1
            let pause = Self.pause(beforeRestart: failuresInRow)
            logger.error(
                "embedded PostgreSQL failed, restarting",
                metadata: ["error": "\(error)", "pause": "\(pause)", "failures": "\(failuresInRow)"]
            )
            sleep(pause)
            if isStopRequested { return }
            state.withLock { $0.restarts += 1 }
        }
    }

    /// None for the first time, then 0.2 s doubled up to 30 s: a database that can't start is tried for ever, since
    /// the traffic plane goes on without it.
    static func pause(beforeRestart failuresInRow: Int) -> Duration {
        guard failuresInRow > 1 else { return .zero }
        return min(.milliseconds(200 << min(failuresInRow - 2, 10)), .seconds(30))
    }

    /// From the start of one server process to its end.
    private func serveOnce() -> Run {
        do throws(EmbeddedPostgresError) {
            let processes = ClusterProcesses(cluster: directory.cluster)
            try processes.waitUntilGone(patience: Self.orphanPatience)
            processes.removeStalePostmasterFile()
            let postmaster = try Postmaster(installation, in: directory, logger: logger, wake: wake)
            try awaitReadiness(of: postmaster)
            state.withLock { $0.process = postmaster.processIdentifier }
            defer { state.withLock { $0.process = nil } }
            if !isStopRequested {
                logger.info(
                    "embedded PostgreSQL accepts connections",
                    metadata: ["pid": "\(postmaster.processIdentifier)", "version": "\(installation.majorVersion)"]
                )
            }
            _ = reportFirstStart(.success(()))
            while !isStopRequested, postmaster.isRunning { sleep(Self.watchInterval) }
            guard isStopRequested else {
                return .failed(.didNotStart(reason: postmaster.ending, log: postmaster.lastLines()))
            }
            end(postmaster)
            return .stopped
        } catch {
            return .failed(error)
        }
    }

    private func awaitReadiness(of postmaster: Postmaster) throws(EmbeddedPostgresError) {
        let deadline = ContinuousClock.now.advanced(by: configuration.startLimit)
        while !postmaster.isReady, !isStopRequested {
            guard postmaster.isRunning else {
                throw .didNotStart(reason: "it \(postmaster.ending)", log: postmaster.lastLines())
            }
            guard ContinuousClock.now < deadline else {
                end(postmaster)
                throw .didNotStart(reason: "not ready within \(configuration.startLimit)", log: postmaster.lastLines())
            }
            sleep(Self.readinessInterval)
        }
    }

    /// Fast shutdown; when it takes too long, immediate shutdown, and at last SIGKILL.
    private func end(_ postmaster: Postmaster) {
        let steps: [(signal: Int32, limit: Duration)] = [
            (SIGINT, configuration.stopLimit), (SIGQUIT, Self.quitLimit), (SIGKILL, Self.quitLimit),
        ]
        for step in steps {
            postmaster.send(step.signal)
            let deadline = ContinuousClock.now.advanced(by: step.limit)
            while postmaster.isRunning, ContinuousClock.now < deadline { sleep(Self.readinessInterval) }
            if !postmaster.isRunning { return }
            logger.warning("embedded PostgreSQL does not end", metadata: ["signal": "\(step.signal)"])
        }
    }

    private var isStopRequested: Bool { state.withLock { $0.stopRequested } }

    /// True when this was the first report, which the caller of `start` gets.
    private func reportFirstStart(_ result: Result<Void, EmbeddedPostgresError>) -> Bool {
        let isFirst = state.withLock { state in
            guard state.firstStart == nil else { return false }
            state.firstStart = result
            return true
        }
        if isFirst { firstStartKnown.signal() }
        return isFirst
    }

    private func sleep(_ duration: Duration) {
        _ = wake.wait(timeout: .now() + .milliseconds(duration.milliseconds))
    }
}

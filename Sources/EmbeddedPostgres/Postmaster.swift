import Dispatch
import Foundation
import Glibc
import Logging

/// One run of the server's main process. Its exit wakes whoever waits on `wake`.
///
/// Confined to the thread that starts it, which must live as long as the server is wanted.
final class Postmaster {
    private let process: Process
    private let log: ServerLog
    let cluster: String

    init(
        _ installation: PostgresInstallation,
        in directory: ClusterDirectory,
        logger: Logger,
        wake: DispatchSemaphore
    ) throws(EmbeddedPostgresError) {
        cluster = directory.cluster
        log = try ServerLog(logger: logger)
        process = directory.account.command(installation.server, ["-D", directory.cluster]).process()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = log.writingEnd
        process.terminationHandler = { _ in wake.signal() }
        defer { log.closeWritingEnd() }
        do {
            try process.run()
        } catch {
            throw .didNotStart(reason: "\(error)", log: [])
        }
    }

    var processIdentifier: Int32 { process.processIdentifier }

    /// The server accepts connections.
    var isReady: Bool {
        PostmasterFile.read(inCluster: cluster) == PostmasterFile(process: processIdentifier, acceptsConnections: true)
    }

    /// Foundation notices an exit only when the last process that inherited its socket has gone, so the kernel is
    /// asked as well.
    var isRunning: Bool {
        guard process.isRunning else { return false }
        let stat = try? String(contentsOfFile: "/proc/\(processIdentifier)/stat", encoding: .utf8)
        return Self.isAlive(processIdentifier, stat: stat)
    }

    /// - Parameter stat: The process's line in `/proc`; nil when it can't be read, which a want of descriptors may
    ///   cause as well as the end of the process.
    static func isAlive(_ process: Int32, stat: String?) -> Bool {
        guard let stat, let nameEnd = stat.lastIndex(of: ")") else {
            return kill(process, 0) == 0 || errno == EPERM
        }
        return stat[nameEnd...].dropFirst(2).first != "Z"
    }

    /// How the process ended, for people.
    var ending: String {
        guard !process.isRunning else { return "ended" }
        switch process.terminationReason {
        case .exit: return "ended with status \(process.terminationStatus)"
        case .uncaughtSignal: return "ended by signal \(process.terminationStatus)"
        @unknown default: return "ended"
        }
    }

    /// Its last words, when it has ended.
    func lastLines() -> [String] { log.lastLines() }

    func send(_ signal: Int32) {
        guard isRunning else { return }
        kill(processIdentifier, signal)
    }
}

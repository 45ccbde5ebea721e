import Foundation
import Synchronization

/// A child process with its output in a file; it dies with us, whatever ends us.
final class ChildProcess: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    enum Ending: Hashable, Sendable {
        case exit(code: Int32)
        case signal(Int32)
    }

    let name: String
    let identifier: pid_t
    let logPath: String
    private let ending = Mutex<Ending?>(nil)

    /// - Parameter logPath: Gets standard output and standard error, appended.
    init(name: String, executable: String, arguments: [String], logPath: String) throws {
        self.name = name
        self.logPath = logPath
        // A thread's end is its children's death signal, so the thread that starts them lives as long as we do.
        self.identifier = try SpawningThread.shared.run {
            try Self.spawn(["/usr/bin/setpriv", "--pdeathsig", "KILL", executable] + arguments, logPath: logPath)
        }
    }

    var log: String { (try? String(contentsOfFile: self.logPath, encoding: .utf8)) ?? "" }

    /// How the process has ended; nil while it runs.
    var ended: Ending? {
        self.ending.withLock { ending in
            if ending == nil {
                var status: Int32 = 0
                if waitpid(self.identifier, &status, WNOHANG) == self.identifier { ending = Ending(waitStatus: status) }
            }
            return ending
        }
    }

    /// Nothing is sent to a process that has ended: its number may belong to another by now.
    func send(_ signal: Int32) {
        if self.ended == nil { kill(self.identifier, signal) }
    }

    func waitForEnd(seconds: Double = 20) async throws -> Ending {
        try await eventually("\(self.name) ends", within: seconds) { self.ended }
    }

    /// Ends the process for good. Blocking, for a few milliseconds.
    func end() {
        self.send(SIGCONT)
        self.send(SIGKILL)
        while self.ended == nil { usleep(1_000) }
    }

    private static func spawn(_ command: [String], logPath: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, logPath, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Sockets of other tests must not stay open in here.
        for descriptor in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap({ Int32($0) })
        where descriptor > 2 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        // The user's own database must not be found by a service that is to use its embedded one.
        let environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("SERIN_") }
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + variables { free(word) } }
        var identifier: pid_t = 0
        let result = posix_spawn(&identifier, command[0], &actions, &attributes, &words, &variables)
        guard result == 0 else {
            throw Failure(description: "can't start \(command): \(String(cString: strerror(result)))")
        }
        return identifier
    }
}

extension ChildProcess.Ending {
    init(waitStatus status: Int32) {
        let signal = status & 0x7F
        self = signal == 0 ? .exit(code: (status >> 8) & 0xFF) : .signal(signal)
    }
}

/// One thread that never ends and starts every child.
private final class SpawningThread: Sendable {
    static let shared = SpawningThread()

    private let jobs = Mutex<[@Sendable () -> Void]>([])
    private let news = DispatchSemaphore(value: 0)

    private init() {
        let thread = Thread {
            while true {
                self.news.wait()
                self.jobs.withLock { $0.removeFirst() }()
            }
        }
        thread.name = "spawning"
        thread.start()
    }

    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) throws -> Value {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Value, any Error>?>(nil)
        self.jobs.withLock { jobs in
            jobs.append {
                let outcome = Result { try work() }
                result.withLock { $0 = outcome }
                done.signal()
            }
        }
        self.news.signal()
        done.wait()
        guard let outcome = result.withLock({ $0 }) else {
            throw ChildProcess.Failure(description: "nothing was started")
        }
        return try outcome.get()
    }
}

import Foundation
import Synchronization
import Testing

/// The processes and the directory of one test: all are gone when it ends, and their logs are shown when it fails.
final class Scenario: Sendable {
    private let directory: String
    private let processes = Mutex<[ChildProcess]>([])
    private let databases = Mutex<[DatabaseServer]>([])

    private static let counter = Mutex(0)

    private init() throws {
        let number = Self.counter.withLock { counter in
            counter += 1
            return counter
        }
        // Directly under /tmp: socket paths are short, and the embedded server's account must reach it.
        self.directory = "/tmp/serin-e2e-\(getpid())-\(number)"
        try FileManager.default.createDirectory(atPath: self.directory, withIntermediateDirectories: true)
    }

    static func run<Value>(_ body: (Scenario) async throws -> Value) async throws -> Value {
        let scenario = try Scenario()
        let issuesBefore = RecordedIssues.count
        defer { scenario.end() }
        do {
            let value = try await body(scenario)
            if RecordedIssues.count > issuesBefore { scenario.showLogs() }
            return value
        } catch {
            scenario.showLogs()
            throw error
        }
    }

    /// A path of the test's own, of something that is not there yet.
    func path(_ name: String) -> String { "\(self.directory)/\(name)" }

    // MARK: Processes

    /// - Parameter modelVersion: Also the name under which the server speaks of itself.
    func startModel(
        _ modelVersion: String,
        errorRate: Double = 0,
        delayMilliseconds: Int = 0,
        port: Int = Ports.free()
    ) async throws -> ModelProcess {
        let variant = modelVersion == "v1" ? "v1" : "v2"
        let process = try self.start(
            "model-\(modelVersion)",
            [
                "demo-model", "--port", "\(port)", "--model-version", modelVersion, "--variant", variant,
                "--error-rate", "\(errorRate)",
                "--delay-ms", "\(delayMilliseconds)",
            ]
        )
        let model = ModelProcess(version: modelVersion, port: port, process: process)
        try await self.eventuallyServing(process) { _ = try await model.counts() }
        return model
    }

    /// Everything in one process; with an embedded database unless one is named.
    func serve(
        databaseURL: String? = nil,
        migrates: Bool = false,
        options: [String] = []
    ) async throws -> ServiceProcess {
        try await self.startService(
            .serve,
            name: "serin",
            databaseURL: databaseURL,
            migrates: migrates,
            options: options
        )
    }

    func controller(_ name: String, databaseURL: String, migrates: Bool = false) async throws -> ServiceProcess {
        try await self.startService(.controller, name: name, databaseURL: databaseURL, migrates: migrates)
    }

    func gateway(_ name: String, databaseURL: String) async throws -> ServiceProcess {
        try await self.startService(.gateway, name: name, databaseURL: databaseURL)
    }

    /// The same command on the same ports and directory once more.
    func restart(_ service: ServiceProcess) async throws -> ServiceProcess { try await self.start(service.settings) }

    /// A PostgreSQL that the test can take away.
    func startDatabase() async throws -> DatabaseServer {
        let directory = "\(self.directory)/database"
        let database = try await blocking { try DatabaseServer(directory: directory) }
        self.databases.withLock { $0.append(database) }
        return database
    }

    /// Runs a command to its end.
    func run(_ arguments: [String]) async throws -> (ending: ChildProcess.Ending, output: String) {
        let process = try self.start("command-\(Int.random(in: 0..<1_000_000))", arguments)
        return (try await process.waitForEnd(), process.log)
    }

    private func startService(
        _ mode: ServiceProcess.Mode,
        name: String,
        databaseURL: String?,
        migrates: Bool = false,
        options: [String] = []
    ) async throws -> ServiceProcess {
        try await self.start(
            ServiceProcess.Settings(
                mode: mode,
                name: name,
                dataDirectory: "\(self.directory)/\(name)",
                databaseURL: databaseURL,
                migrates: migrates,
                options: options
            )
        )
    }

    private func start(_ settings: ServiceProcess.Settings) async throws -> ServiceProcess {
        let service = ServiceProcess(settings: settings, process: try self.start(settings.name, settings.arguments))
        try await self.eventuallyReady(service)
        return service
    }

    private func eventuallyReady(_ service: ServiceProcess) async throws {
        try await self.eventuallyServing(service.process) {
            switch service.settings.mode {
            case .serve, .controller: _ = try await service.control.answer("GET", "/healthz")
            case .gateway: _ = try await ControlCaller(port: service.gatewayPort).answer("GET", "/")
            }
        }
    }

    /// Answers may be refusals; what has ended will give none.
    private func eventuallyServing(_ process: ChildProcess, _ ask: () async throws -> Void) async throws {
        try await eventually("\(process.name) answers", within: 30) {
            if process.ended == nil {
                try await ask()
            }
            return true
        }
        if let ending = process.ended {
            throw ChildProcess.Failure(
                description: "\(process.name) ended with \(ending):\n\(process.log.suffix(2_000))"
            )
        }
    }

    private func start(_ name: String, _ arguments: [String]) throws -> ChildProcess {
        let process = try ChildProcess(
            name: name,
            executable: SerinBinary.path,
            arguments: arguments,
            logPath: "\(self.directory)/\(name).log"
        )
        self.processes.withLock { $0.append(process) }
        return process
    }

    // MARK: End

    private func end() {
        let postmasters = Self.postmasters(under: self.directory)
        for process in self.processes.withLock({ $0 }).reversed() { process.end() }
        for database in self.databases.withLock({ $0 }) { database.end() }
        // Embedded servers outlive a killed parent by a checkpoint, which nobody needs here.
        for postmaster in postmasters where Self.isRunning(postmaster, in: self.directory) { kill(postmaster, SIGQUIT) }
        for postmaster in postmasters {
            for _ in 0..<500 where Self.isRunning(postmaster, in: self.directory) { usleep(10_000) }
        }
        try? FileManager.default.removeItem(atPath: self.directory)
    }

    private static func postmasters(under directory: String) -> [pid_t] {
        let names = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix("/postmaster.pid") }.compactMap { name in
            let text = try? String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)
            return text?.split(separator: "\n").first.flatMap { pid_t($0) }
        }
    }

    /// By its command line, which names the directory; a process that has ended has none, even where nobody took note of its end.
    private static func isRunning(_ process: pid_t, in directory: String) -> Bool {
        let command = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
        return String(decoding: command, as: UTF8.self).contains(directory + "/")
    }

    private func showLogs() {
        var shown: Set<String> = []
        for process in self.processes.withLock({ $0 }) where shown.insert(process.logPath).inserted {
            let ending = process.ended.map { "ended: \($0)" } ?? "running"
            FileHandle.standardError.write(Data("── \(process.name) (\(ending))\n\(process.log.suffix(6_000))\n".utf8))
        }
    }
}

/// The program under test, which is built beside the tests.
enum SerinBinary {
    static let path: String = {
        let tests =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        let candidates = [tests] + CommandLine.arguments.filter { $0.contains(".xctest") }
        for candidate in candidates {
            let path = URL(fileURLWithPath: candidate).deletingLastPathComponent().appendingPathComponent("serin").path
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        fatalError("there is no serin beside \(candidates); build it with 'swift build'")
    }()
}

/// Counts what tests have found wrong, so that a scenario knows when its logs are of interest.
enum RecordedIssues {
    private static let counted = Mutex(0)

    static var count: Int { self.counted.withLock { $0 } }

    static func add() { self.counted.withLock { $0 += 1 } }
}

/// What only processes, sockets and a real database together can show. One scenario at a time: they share the cores.
@Suite(
    "The service end to end",
    .serialized,
    .compactMapIssues { issue in
        RecordedIssues.add()
        return issue
    }
)
enum EndToEnd {}

import ArgumentParser
import Dispatch
import Foundation
import Logging

/// What all three ways to run the service share.
struct ServiceOptions: ParsableArguments {
    @Option(help: "Directory for the embedded database and the gateway's kept routes.")
    var dataDir: String = ServiceConfiguration.defaultDataDirectory

    @Option(help: "PostgreSQL to use (or SERIN_DATABASE_URL).")
    var databaseURL: String?

    @Option(help: "Name of this process among its peers; the host's name when absent.")
    var name: String?

    @Option(help: "Least severity that is logged.")
    var logLevel = LogThreshold.notice

    var resolvedDatabaseURL: String? {
        let url = self.databaseURL ?? ProcessInfo.processInfo.environment["SERIN_DATABASE_URL"]
        return url?.isEmpty == true ? nil : url
    }

    /// An absolute path, since the embedded server has another working directory.
    var resolvedDataDir: String {
        URL(fileURLWithPath: self.dataDir).standardizedFileURL.path
    }

    var logger: Logger {
        var logger = Logger(label: "serin") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = self.logLevel.level
        return logger
    }
}

/// How much is logged, from the most to the least.
enum LogThreshold: String, CaseIterable, ExpressibleByArgument {
    case trace, debug, info, notice, warning, error, critical

    var level: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        case .critical: .critical
        }
    }
}

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run everything in one process: gateway, control API and decision loop.",
        discussion:
            "Without a database URL, finds PostgreSQL 15 or later on this machine and runs a private one in the data directory."
    )

    @OptionGroup var options: ServiceOptions

    @Option(help: "Where clients of the models connect.")
    var listen = Endpoint(host: "127.0.0.1", port: 8080)

    @Option(help: "Where the control API answers.")
    var control = Endpoint(host: "127.0.0.1", port: 8081)

    @Option(help: "Event loops of the gateway; one for each core when absent.")
    var loops: Int?

    @OptionGroup(title: "TLS") var tls: TLSOptions
    @OptionGroup(title: "Access log") var accessLog: AccessLogOptions
    @OptionGroup(title: "Forwarding") var forwarding: ForwardingOptions
    @OptionGroup var admin: AdminOptions

    @Flag(help: "Apply pending migrations to a database named by URL; an embedded one always gets them.")
    var migrate = false

    func run() async throws {
        var configuration = ServiceConfiguration(
            mode: .all,
            listen: self.listen,
            control: self.control,
            dataDirectory: self.options.resolvedDataDir,
            databaseURL: self.options.resolvedDatabaseURL,
            name: self.options.name,
            loops: self.loops,
            migrates: self.migrate
        )
        configuration.tls = try self.tls.resolved
        configuration.accessLog = try self.accessLog.resolved
        configuration.forwarding = self.forwarding.settings
        configuration.adminSocket = self.admin.adminSocket
        try await ServiceRun.untilSignalled(configuration, logger: self.options.logger)
    }
}

struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract: "Run the traffic plane alone; as many beside each other as you like."
    )

    @OptionGroup var options: ServiceOptions

    @Option(help: "Where clients of the models connect.")
    var listen = Endpoint(host: "127.0.0.1", port: 8080)

    @Option(help: "Event loops; one for each core when absent.")
    var loops: Int?

    @Option(help: "Seconds that it still accepts after SIGTERM, not ready any more, until balancers have turned away.")
    var drainDelay = 5.0

    @OptionGroup(title: "TLS") var tls: TLSOptions
    @OptionGroup(title: "Access log") var accessLog: AccessLogOptions
    @OptionGroup(title: "Forwarding") var forwarding: ForwardingOptions
    @OptionGroup var admin: AdminOptions

    func validate() throws {
        guard (0...600).contains(self.drainDelay) else {
            throw ValidationError("--drain-delay is 0 to 600 seconds; got \(self.drainDelay)")
        }
        guard self.options.resolvedDatabaseURL != nil else {
            throw ValidationError(
                "a gateway apart needs the controller's database: give --database-url or SERIN_DATABASE_URL"
            )
        }
    }

    func run() async throws {
        var configuration = ServiceConfiguration(
            mode: .gateway,
            listen: self.listen,
            control: Endpoint(host: "127.0.0.1", port: 0),
            dataDirectory: self.options.resolvedDataDir,
            databaseURL: self.options.resolvedDatabaseURL,
            name: self.options.name,
            loops: self.loops
        )
        configuration.drainDelay = .seconds(self.drainDelay)
        configuration.tls = try self.tls.resolved
        configuration.accessLog = try self.accessLog.resolved
        configuration.forwarding = self.forwarding.settings
        configuration.adminSocket = self.admin.adminSocket
        try await ServiceRun.untilSignalled(configuration, logger: self.options.logger)
    }
}

struct ControllerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "controller",
        abstract: "Run the control plane alone; several take turns by lease."
    )

    @OptionGroup var options: ServiceOptions

    @Option(help: "Where the control API answers.")
    var control = Endpoint(host: "127.0.0.1", port: 8081)

    @Flag(help: "Apply pending migrations to a database named by URL; an embedded one always gets them.")
    var migrate = false

    func run() async throws {
        let configuration = ServiceConfiguration(
            mode: .controller,
            listen: Endpoint(host: "127.0.0.1", port: 0),
            control: self.control,
            dataDirectory: self.options.resolvedDataDir,
            databaseURL: self.options.resolvedDatabaseURL,
            name: self.options.name,
            migrates: self.migrate
        )
        try await ServiceRun.untilSignalled(configuration, logger: self.options.logger)
    }
}

/// Runs a service until the process is told to end.
enum ServiceRun {
    static func untilSignalled(_ configuration: ServiceConfiguration, logger: Logger) async throws {
        let signals = TerminationSignals()
        let program: ServiceProgram
        do {
            program = try await ServiceProgram.start(configuration, logger: logger)
        } catch {
            logger.critical("could not start", metadata: ["error": "\(error)"])
            throw ExitCode(1)
        }
        let hangup = HangupSignal { program.reload() }
        logger.notice("ready")
        let name = await signals.first()
        hangup.stop()
        logger.notice("stopping", metadata: ["signal": "\(name)"])
        // Who presses Ctrl-C, or asks twice, doesn't want to wait for balancers.
        if name == "SIGINT" { program.hurry() }
        let impatience = Task {
            _ = await signals.first()
            if !Task.isCancelled { program.hurry() }
        }
        await program.stop()
        impatience.cancel()
    }
}

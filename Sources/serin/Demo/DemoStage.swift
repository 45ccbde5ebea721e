import DemoModel
import Foundation
import Logging

/// Everything that runs behind the demonstration's clients: one whole service and four model servers, in this process.
struct DemoStage: Sendable {
    static let model = "digits"
    /// The share of its requests that the broken version answers with an error.
    static let brokenErrorRate = 0.3

    let gatewayPort: Int
    let controlURL: URL
    private let program: ServiceProgram
    private let servers: [DemoVersion: DemoModelServer]
    private let directory: URL

    /// - Throws: Whatever kept a part from starting; what had started is stopped again.
    static func raise() async throws -> DemoStage {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "serin-demo-\(UUID().uuidString.prefix(8))", directoryHint: .isDirectory)
        var logger = Logger(label: "serin.demo") { label in StreamLogHandler.standardError(label: label) }
        logger.logLevel = .error
        let configuration = ServiceConfiguration(
            mode: .all,
            listen: Endpoint(host: "127.0.0.1", port: 0),
            control: Endpoint(host: "127.0.0.1", port: 0),
            dataDirectory: directory.path,
            name: "gateway"
        )
        var program: ServiceProgram?
        var servers: [DemoVersion: DemoModelServer] = [:]
        do {
            let started = try await ServiceProgram.start(configuration, logger: logger)
            program = started
            for version in DemoVersion.allCases {
                servers[version] = try await DemoModelServer.start(version.configuration())
            }
            guard let gatewayPort = started.gatewayPort, let controlPort = started.controlPort,
                let controlURL = URL(string: "http://127.0.0.1:\(controlPort)")
            else { throw DemoInterruption.stageIncomplete }
            return DemoStage(
                gatewayPort: gatewayPort,
                controlURL: controlURL,
                program: started,
                servers: servers,
                directory: directory
            )
        } catch {
            await Self.strike(program, servers, directory)
            throw error
        }
    }

    func upstream(of version: DemoVersion) -> String {
        guard let server = self.servers[version] else { preconditionFailure("every version has a server") }
        return "http://127.0.0.1:\(server.port)"
    }

    /// Stops everything and removes the data directory.
    func strike() async { await Self.strike(self.program, self.servers, self.directory) }

    private static func strike(_ program: ServiceProgram?, _ servers: [DemoVersion: DemoModelServer], _ directory: URL)
        async
    {
        await program?.stop()
        for server in servers.values { await server.stop() }
        // What can't be removed stays behind in the directory for temporary files.
        try? FileManager.default.removeItem(at: directory)
    }
}

import ArgumentParser
import DemoModel
import Logging

extension DemoVariant: ExpressibleByArgument {}

struct DemoModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-model",
        abstract:
            "Serve a small digits classifier over the Open Inference Protocol V2, with dials for errors and delay."
    )

    @Option(help: "Address to listen on.") var host = "127.0.0.1"
    @Option(help: "Port; 0 takes a free one.") var port = 9000
    @Option(help: "Name under which the model is served.") var model = "digits"
    @Option(help: "Version it reports; the variant's name when absent.") var modelVersion: String?
    @Option(help: "v1 or v2: two good classifiers.") var variant: DemoVariant = .v1
    @Option(help: "Share of requests answered with 500, 0 to 1.") var errorRate = 0.0
    @Option(help: "Delay of an answer in milliseconds.") var delayMs = 0
    @Option(help: "Share of requests that are delayed, 0 to 1.") var delayShare = 1.0
    @Option(help: "Seed of the dials.") var seed: UInt64 = 1

    func run() async throws {
        let signals = TerminationSignals()
        let faults: DemoFaults
        do {
            faults = try DemoFaults(
                errorRate: self.errorRate,
                delayMilliseconds: self.delayMs,
                delayShare: self.delayShare,
                seed: self.seed
            )
        } catch {
            throw ValidationError("\(error)")
        }
        let server = try await DemoModelServer.start(
            DemoModelConfiguration(
                host: self.host,
                port: self.port,
                modelName: self.model,
                version: self.modelVersion,
                variant: self.variant,
                faults: faults
            )
        )
        Console.line(
            "\(self.model) \(self.modelVersion ?? self.variant.rawValue) on http://\(self.host):\(server.port)"
        )
        _ = await signals.first()
        await server.stop()
    }
}

import ArgumentParser
import Foundation
import Gateway

/// Which requests the gateway writes down, and where.
struct AccessLogOptions: ParsableArguments {
    @Option(help: "File that gets one line of JSON for each request, '-' for standard output. (SERIN_ACCESS_LOG)")
    var accessLog: String?

    @Option(help: "Share of the requests that get a line, from 0 to 1; those that failed always do.")
    var accessLogSample: Double?

    func validate() throws { _ = try self.settings(ProcessInfo.processInfo.environment) }

    /// nil without an access log.
    var resolved: GatewayConfiguration.AccessLog? {
        get throws { try self.settings(ProcessInfo.processInfo.environment) }
    }

    /// - Parameter environment: Used for what was not said on the command line.
    func settings(_ environment: [String: String]) throws -> GatewayConfiguration.AccessLog? {
        if let share = self.accessLogSample, !(0...1).contains(share) {
            throw ValidationError("--access-log-sample is a share from 0 to 1, such as 0.01; got \(share)")
        }
        let path = self.accessLog ?? environment["SERIN_ACCESS_LOG"]
        guard let path, !path.isEmpty else {
            if self.accessLogSample != nil { throw ValidationError("--access-log-sample needs --access-log") }
            return nil
        }
        return GatewayConfiguration.AccessLog(
            destination: path == "-" ? .standardOutput : .file(URL(fileURLWithPath: path).standardizedFileURL.path),
            share: self.accessLogSample ?? 1
        )
    }
}

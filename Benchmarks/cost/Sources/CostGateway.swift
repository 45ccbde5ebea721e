import Gateway
import Glibc
import Logging
import RolloutCore

/// A whole gateway with a rollout open at 5 %, without a control plane: what it counts is thrown away.
enum CostGateway {
    /// Serves on a free port, which is printed, until standard input ends.
    static func run(stable: Int, canary: Int) throws {
        var configuration = GatewayConfiguration(port: 0, loopCount: 1)
        configuration.limits.connections = 100
        var logger = Logger(label: "proxy-cost")
        logger.logLevel = .error
        let server = try GatewayServer.start(
            configuration: configuration,
            routeSource: FixedRoutes(snapshot: try CostRoutes.snapshot(stable: stable, canary: canary)),
            telemetrySink: Nowhere(),
            tripSink: Nowhere(),
            logger: logger
        )
        let line = "\(server.port)\n"
        _ = unsafe write(STDOUT_FILENO, line, line.utf8.count)
        while readLine() != nil {}
        try server.stop()
    }
}

private struct FixedRoutes: RouteSource {
    let snapshot: RouteSnapshot

    func next(after generation: Int64?, timeout: Duration) throws -> RouteSnapshot? {
        if generation == nil { return self.snapshot }
        usleep(UInt32(min(timeout, .milliseconds(200)) / .microseconds(1)))
        return nil
    }

    func applied(generation: Int64) throws {}
}

private struct Nowhere: TelemetrySink, TripSink {
    func write(_ window: TelemetryWindow) throws {}
    func record(_ trip: Trip) throws {}
}

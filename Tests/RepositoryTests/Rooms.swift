/// Which room may import what: docs/ARCHITECTURE.md as a table.
///
/// What to see at a glance: the pure rooms import no system module; Gateway imports neither the engine nor
/// PostgreSQL nor the control API; only `serin` imports an adapter together with its port.
enum Rooms {
    /// No clock, no I/O, no source of randomness: time and randomness are passed in.
    static let pure: Set = ["Statistics", "RolloutCore", "Payloads", "HTTPWire", "ProxyCore", "Simulation"]

    static let imports: [String: Set<String>] = [
        "Statistics": ["RealModule"],
        "RolloutCore": ["Statistics"],

        "Gzip": ["CZlib"],
        "Payloads": ["RolloutCore", "Statistics", "Gzip"],

        "CSockets": [],
        "Sockets": system.union(["CSockets"]),
        "TLS": system.union(["COpenSSL", "Sockets"]),
        "HTTPWire": [],
        "ProxyCore": ["RolloutCore", "HTTPWire", "Statistics"],
        "Gateway": system.union([
            "ProxyCore", "RolloutCore", "HTTPWire", "Payloads", "Sockets", "Statistics", "Logging",
        ]),

        "RolloutEngine": system.union(["RolloutCore", "Statistics", "Logging"]),
        "PostgresClient": system.union(["CPostgres"]),
        "PostgresStore": system.union(["PostgresClient", "RolloutEngine", "RolloutCore", "Statistics"]),
        "EmbeddedPostgres": system.union(["Logging"]),
        "MicroHTTP": system.union(["CMicroHTTPD"]),
        "MetricSources": system.union(["RolloutEngine", "RolloutCore"]),
        "ControlWire": system.union(["RolloutCore", "Statistics"]),
        "StatisticsCases": ["ControlWire", "RolloutCore", "Statistics"],
        "Tables": system.union(["ControlWire", "RolloutCore", "Statistics"]),
        "ControlAPI": system.union([
            "ControlWire", "RolloutEngine", "RolloutCore", "Statistics", "MicroHTTP", "Logging",
        ]),

        "Simulation": system.union(["RolloutCore", "Statistics", "RealModule"]),
        "simulate": system.union(["Simulation", "ArgumentParser"]),

        "DemoModel": system.union(["NIOCore", "NIOHTTP1", "NIOPosix"]),
        "serin": system.union([
            "ControlAPI", "ControlWire", "DemoModel", "EmbeddedPostgres", "Gateway", "MetricSources", "MicroHTTP",
            "PostgresClient", "PostgresStore", "ProxyCore", "RolloutCore", "RolloutEngine", "Statistics",
            "StatisticsCases", "TLS", "Tables", "ArgumentParser", "Logging", "NIOCore", "NIOHTTP1", "NIOPosix",
        ]),
    ]

    private static let system: Set = [
        "Dispatch", "Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc", "Synchronization",
    ]
}

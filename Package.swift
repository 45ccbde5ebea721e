// swift-tools-version: 6.2
import PackageDescription

/// The rooms of the house, in reading order. A room may import only what it lists here:
/// `make check` builds with `--explicit-target-dependency-import-check error`.
/// Which room may use unsafe code is said once, in `roomsWithUnsafeCode` below.
let package = Package(
    name: "serin",
    products: [.executable(name: "serin", targets: ["serin"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    ],
    targets: [
        // The pure core: no clock, no I/O, no Foundation.
        .target(name: "Statistics", dependencies: [.product(name: "RealModule", package: "swift-numerics")]),
        .target(name: "RolloutCore", dependencies: ["Statistics"]),

        // What a request and an answer mean: bytes in, counts out.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "Gzip", dependencies: ["CZlib"]),
        .target(name: "Payloads", dependencies: ["RolloutCore", "Statistics", "Gzip"]),

        // The traffic plane.
        .target(name: "CSockets"),
        .target(name: "Sockets", dependencies: ["CSockets"], swiftSettings: [.enableExperimentalFeature("Lifetimes")]),
        // libpq needs it anyway.
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(name: "TLS", dependencies: ["COpenSSL", "Sockets"]),
        .target(name: "HTTPWire"),
        .target(name: "ProxyCore", dependencies: ["RolloutCore", "HTTPWire", "Statistics"]),
        .target(
            name: "Gateway",
            dependencies: [
                "ProxyCore", "RolloutCore", "HTTPWire", "Payloads", "Sockets", "Statistics",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        // The control plane.
        .target(
            name: "RolloutEngine",
            dependencies: ["RolloutCore", "Statistics", .product(name: "Logging", package: "swift-log")]
        ),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "PostgresClient", dependencies: ["CPostgres"]),
        .target(
            name: "PostgresStore",
            dependencies: ["PostgresClient", "RolloutEngine", "RolloutCore", "Statistics"],
            resources: [.embedInCode("Migrations")]
        ),
        .target(name: "EmbeddedPostgres", dependencies: [.product(name: "Logging", package: "swift-log")]),
        .systemLibrary(name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .target(name: "MicroHTTP", dependencies: ["CMicroHTTPD"]),
        .target(name: "ControlWire", dependencies: ["RolloutCore", "Statistics"]),
        .target(name: "StatisticsCases", dependencies: ["ControlWire", "RolloutCore", "Statistics"]),
        // Numbers that other systems keep, over HTTP.
        .target(name: "MetricSources", dependencies: ["RolloutEngine", "RolloutCore"]),
        // Files of rows, column by column: what offline commands, labels and baselines read.
        .target(name: "Tables", dependencies: ["ControlWire", "RolloutCore", "Statistics"]),
        .target(
            name: "ControlAPI",
            dependencies: [
                "ControlWire", "RolloutEngine", "RolloutCore", "Statistics", "MicroHTTP",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        // The proof by simulation: how often our rules roll back a good version, beside the usual ones.
        .target(
            name: "Simulation",
            dependencies: ["RolloutCore", "Statistics", .product(name: "RealModule", package: "swift-numerics")]
        ),
        .executableTarget(
            name: "simulate",
            dependencies: ["Simulation", .product(name: "ArgumentParser", package: "swift-argument-parser")]
        ),

        // The demonstration: a small real model behind the Open Inference Protocol, and the story told with it.
        .target(
            name: "DemoModel",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            exclude: ["README.md", "Resources/train_digits.py"],
            resources: [.embedInCode("Resources/digits.json")]
        ),

        // The composition root: the only place that knows an adapter and its port.
        .executableTarget(
            name: "serin",
            dependencies: [
                "ControlAPI", "ControlWire", "DemoModel", "EmbeddedPostgres", "Gateway", "MetricSources", "MicroHTTP",
                "PostgresClient", "PostgresStore", "ProxyCore", "RolloutCore", "RolloutEngine", "Statistics",
                "StatisticsCases", "TLS", "Tables",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),

        // `make cost`.
        .executableTarget(
            name: "proxy-cost",
            dependencies: [
                "Gateway", "HTTPWire", "ProxyCore", "RolloutCore",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Benchmarks/cost/Sources"
        ),

        // `make bench-drift`.
        .executableTarget(
            name: "drift-benchmark",
            dependencies: ["Payloads", "RolloutCore"],
            path: "Benchmarks/drift/Sources"
        ),

        // Tests. `TestSupport` starts one real PostgreSQL for the whole test process.
        .target(
            name: "TestSupport",
            dependencies: ["EmbeddedPostgres", "PostgresClient", .product(name: "Logging", package: "swift-log")],
            path: "Tests/TestSupport"
        ),
        .testTarget(name: "StatisticsTests", dependencies: ["Statistics"]),
        .testTarget(name: "StatisticsCasesTests", dependencies: ["StatisticsCases", "ControlWire", "RolloutCore"]),
        .testTarget(name: "RolloutCoreTests", dependencies: ["RolloutCore", "Statistics"]),
        .testTarget(name: "MetricSourcesTests", dependencies: ["MetricSources", "RolloutEngine", "RolloutCore"]),
        .testTarget(name: "TablesTests", dependencies: ["Tables", "RolloutCore", "Statistics"]),
        .testTarget(name: "GzipTests", dependencies: ["Gzip"]),
        .testTarget(name: "PayloadsTests", dependencies: ["Payloads", "RolloutCore", "Statistics"]),
        .testTarget(name: "SocketsTests", dependencies: ["Sockets"]),
        .target(name: "TestCertificates", dependencies: ["COpenSSL"], path: "Tests/TestCertificates"),
        .testTarget(name: "TLSTests", dependencies: ["TLS", "Sockets", "COpenSSL", "TestCertificates"]),
        .testTarget(name: "HTTPWireTests", dependencies: ["HTTPWire"]),
        .testTarget(name: "ProxyCoreTests", dependencies: ["ProxyCore", "RolloutCore", "HTTPWire", "Statistics"]),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "ProxyCore", "RolloutCore", "Sockets", "Statistics", "TLS", "TestCertificates",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(name: "PostgresClientTests", dependencies: ["PostgresClient", "TestSupport"]),
        .testTarget(
            name: "EmbeddedPostgresTests",
            dependencies: ["EmbeddedPostgres", "PostgresClient", .product(name: "Logging", package: "swift-log")]
        ),
        .testTarget(
            name: "PostgresStoreTests",
            dependencies: [
                "PostgresStore", "PostgresClient", "RolloutEngine", "RolloutCore", "Statistics", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(name: "MicroHTTPTests", dependencies: ["MicroHTTP"]),
        .testTarget(name: "ControlWireTests", dependencies: ["ControlWire", "RolloutCore"]),
        .testTarget(
            name: "ControlAPITests",
            dependencies: [
                "ControlAPI", "ControlWire", "MicroHTTP", "PostgresClient", "PostgresStore", "RolloutCore",
                "RolloutEngine", "Statistics", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(name: "SimulationTests", dependencies: ["Simulation", "RolloutCore", "Statistics"]),
        .testTarget(name: "DemoModelTests", dependencies: ["DemoModel"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "serin", "ControlWire", "EmbeddedPostgres", "Gateway", "PostgresClient", "RolloutCore", "RolloutEngine",
                "Sockets", "Statistics", "TLS", "Tables", "TestCertificates", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(name: "RepositoryTests"),
    ],
    swiftLanguageModes: [.v6]
)

/// Unsafe code lives only where bytes cross into C or are parsed; everywhere else the compiler forbids it.
let roomsWithUnsafeCode: Set = ["PostgresClient", "MicroHTTP", "Sockets", "TLS", "HTTPWire", "Gzip"]

/// What a request passes through. Overlapping accesses are looked for while it runs in debug builds, which all tests are; in a
/// release build that alone would be a tenth of what a proxied request costs (docs/decisions/0017).
let roomsOnTheRequestPath: Set = ["Statistics", "RolloutCore", "Sockets", "HTTPWire", "ProxyCore", "Gateway"]

for target in package.targets where target.type != .system {
    var settings: [SwiftSetting] = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .treatAllWarnings(as: .error),
    ]
    if !roomsWithUnsafeCode.contains(target.name), target.type != .test,
        !["TestSupport", "TestCertificates"].contains(target.name)
    {
        settings.append(.strictMemorySafety())
    }
    if roomsOnTheRequestPath.contains(target.name) {
        settings.append(.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)))
    }
    target.swiftSettings = (target.swiftSettings ?? []) + settings
}

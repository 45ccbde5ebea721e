import Foundation
import Gateway

/// Everything `serve`, `gateway` and `controller` can be told, validated once.
struct ServiceConfiguration: Sendable {
    /// Which planes run in this process.
    enum Mode: Sendable {
        case all, gateway, controller

        var hasGateway: Bool { self != .controller }
        var hasController: Bool { self != .gateway }
    }

    var mode: Mode
    var listen: Endpoint
    var control: Endpoint
    /// Holds the embedded cluster and the gateway's kept snapshot.
    var dataDirectory: String
    /// Nil means an embedded PostgreSQL in the data directory.
    var databaseURL: String?
    /// What people call this process among its peers.
    var name: String
    /// Event loops of the gateway; nil means one for each core.
    var loops: Int?
    var tls = TLSSettings()
    /// nil keeps none.
    var accessLog: GatewayConfiguration.AccessLog?
    var forwarding = GatewayConfiguration.Forwarding()
    /// Where the gateway takes orders of its own machine; nil means in the data directory.
    var adminSocket: String?
    /// Whether pending migrations are applied at start; an embedded database always gets them.
    var migrates: Bool
    /// Time between two ticks of the decision loop.
    var tick: Duration = .seconds(1)
    var lease: Duration = .seconds(10)
    /// How long a gateway that was told to stop goes on accepting.
    var drainDelay: Duration = .zero
    /// How long `stop` waits for requests in flight.
    var drainLimit: Duration = .seconds(30)

    init(
        mode: Mode,
        listen: Endpoint,
        control: Endpoint,
        dataDirectory: String,
        databaseURL: String? = nil,
        name: String? = nil,
        loops: Int? = nil,
        migrates: Bool = false
    ) {
        self.mode = mode
        self.listen = listen
        self.control = control
        self.dataDirectory = dataDirectory
        self.databaseURL = databaseURL
        self.name = name ?? ProcessInfo.processInfo.hostName
        self.loops = loops
        self.migrates = migrates
    }

    /// In the data directory.
    static let adminSocketName = "gateway.sock"

    static var defaultAdminSocket: String { Self.defaultDataDirectory + "/" + Self.adminSocketName }

    static var defaultDataDirectory: String {
        // The embedded server's account must be able to reach it, which it can't below root's home.
        if NSUserName() == "root" { return "/var/lib/serin" }
        return NSHomeDirectory() + "/.local/share/serin"
    }
}

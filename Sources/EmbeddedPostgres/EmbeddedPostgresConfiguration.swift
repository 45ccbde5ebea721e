/// What the private cluster is and how much it may take.
package struct EmbeddedPostgresConfiguration: Sendable {
    /// What a crash of the machine may cost.
    package enum Durability: Sendable {
        /// Nothing that was acknowledged.
        case full
        /// Everything: for clusters that live as long as a test.
        case none
    }

    /// Absolute path of a directory that belongs to the cluster alone; it is created when missing.
    package var directory: String
    /// Where to look for the server's programs before anywhere else.
    package var binDirectory: String?
    /// Unprivileged system user that runs the server when we are root; the server refuses to run as root.
    package var systemUser: String
    /// 1…1000.
    package var maximumConnections: Int
    package var sharedBuffersMebibytes: Int
    package var durability: Durability
    /// How long the server may take from its start until it accepts connections, crash recovery included.
    package var startLimit: Duration
    /// How long a fast shutdown may take before the server is told to leave at once.
    package var stopLimit: Duration

    package init(
        directory: String,
        binDirectory: String? = nil,
        systemUser: String = "postgres",
        maximumConnections: Int = 64,
        sharedBuffersMebibytes: Int = 32,
        durability: Durability = .full,
        startLimit: Duration = .seconds(60),
        stopLimit: Duration = .seconds(20)
    ) {
        self.directory = directory
        self.binDirectory = binDirectory
        self.systemUser = systemUser
        self.maximumConnections = maximumConnections
        self.sharedBuffersMebibytes = sharedBuffersMebibytes
        self.durability = durability
        self.startLimit = startLimit
        self.stopLimit = stopLimit
    }
}

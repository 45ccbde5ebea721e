import ArgumentParser

/// What commands take that may speak to the gateway of this machine.
struct LocalGatewayOptions: ParsableArguments {
    @Flag(help: "Speak to the gateway of this machine through its own socket: needs neither controller nor database.")
    var local = false

    @Option(
        help: ArgumentHelp(
            "The socket of the gateway, with --local; else \(ServiceConfiguration.defaultAdminSocket).",
            valueName: "path"
        )
    )
    var adminSocket: String?

    func validate() throws {
        if self.adminSocket != nil, !self.local { throw ValidationError("--admin-socket goes with --local") }
    }

    func gateway(timeoutSeconds: Double) -> LocalGateway {
        LocalGateway(
            path: self.adminSocket ?? ServiceConfiguration.defaultAdminSocket,
            timeoutSeconds: timeoutSeconds
        )
    }
}

import ArgumentParser

/// Where a gateway can be reached by who stands at its machine.
struct AdminOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Unix socket for orders at this gateway, for its owner only; DATA-DIR/\(ServiceConfiguration.adminSocketName) when absent.",
            valueName: "path"
        )
    )
    var adminSocket: String?
}

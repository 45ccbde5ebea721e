import ArgumentParser

struct GatewayStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway-status",
        abstract:
            "Show what the gateway of this machine does: routes and weights as applied, trips, requests in flight.",
        discussion: "Speaks to the gateway's own socket, so it needs neither the controller nor the database.\n\n"
            + ClientExit.help
    )

    @OptionGroup var place: LocalGatewayOptions
    @OptionGroup var options: ClientOptions

    func validate() throws {
        guard self.place.local else {
            throw ValidationError("say --local: of other machines' gateways 'serin status MODEL' tells")
        }
    }

    func run() async throws {
        try await self.options.run { _, console throws(ClientFailure) in
            let answer = try self.place.gateway(timeoutSeconds: self.options.timeout).state()
            self.options.show(answer, on: console) { GatewayStateReport(state: $0, painter: console.painter).lines() }
            return .done
        }
    }
}

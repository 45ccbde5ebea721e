import ArgumentParser
import RolloutCore

struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Send all traffic back to stable and fail the canary.",
        discussion:
            "Accepted in every state of an open rollout; never touches stable. Without an open rollout it changes nothing and "
            + "says so. After a promotion use restore.\n\nWith --local the gateway of this machine takes the canary's traffic away "
            + "by itself, within milliseconds, when neither the controller nor the database can be asked. That lasts through its "
            + "restart, is recorded as soon as the database answers, and ends the rollout then; until then it is this gateway's "
            + "doing alone.\n\n" + ClientExit.help
    )

    @OptionGroup var order: OperatorOptions
    @OptionGroup var place: LocalGatewayOptions

    func run() async throws {
        guard self.place.local else { return try await self.order.send(.rollback) }
        let options = self.order.options
        try await options.run { _, console throws(ClientFailure) in
            let answer = try self.place.gateway(timeoutSeconds: options.timeout).rollback(
                self.order.model,
                rollout: self.order.rollout.map { RolloutID($0) },
                reason: self.order.reason ?? OperatorOptions.defaultReason
            )
            options.show(answer, on: console) { $0.lines }
            return .done
        }
    }
}

import ArgumentParser
import ControlWire
import RolloutCore

struct EvidenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract: "Write a rollout's whole evidence as JSON, for 'serin evaluate' and other tools.",
        discussion: "One document: the rollout and its strata in the order of judgement.\n\n" + ClientExit.help
    )

    @Argument(help: "The rollout's id.") var rollout: Int64

    @OptionGroup var options: ClientOptions

    func validate() throws {
        if self.rollout < 1 { throw ValidationError("a rollout's id is a number from 1; got \(self.rollout)") }
    }

    func run() async throws {
        try await self.options.run { client, console throws(ClientFailure) in
            console.encoded(try await client.evidence(of: RolloutID(self.rollout)))
            return .done
        }
    }
}

extension ControlClient {
    /// All pages of a rollout's evidence as one.
    ///
    /// - Parameter tick: The last one that is needed; nil for all.
    func evidence(of rollout: RolloutID, through tick: Int64? = nil) async throws(ClientFailure) -> EvidenceResponse {
        var strata: [StratumResponse] = []
        var after: Int64 = 0
        while true {
            let page: EvidenceResponse = try await self.get(.evidence(of: rollout, after: after)).document
            strata += page.strata
            guard let next = page.next, next > after, tick.map({ next < $0 }) ?? true else {
                return EvidenceResponse(rollout: page.rollout, strata: strata)
            }
            after = next
        }
    }
}

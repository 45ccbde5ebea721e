import ProxyCore
import RolloutCore

@testable import Gateway

extension RouteSnapshot {
    static let careKey = Salt(high: 3, low: 4)

    /// The same with a rescue and with versions that only pinned requests reach.
    func caring(by rescue: RescueRule? = nil, pins: [PinTarget]? = nil) -> RouteSnapshot {
        RouteSnapshot(
            generation: self.generation,
            routes: self.routes.map { route in
                ModelRoute(
                    model: route.model,
                    generation: route.generation,
                    rollout: route.rollout,
                    match: route.match,
                    assignment: route.assignment,
                    salt: route.salt,
                    arms: route.arms,
                    signals: route.signals,
                    rescue: rescue,
                    pinTargets: pins
                )
            },
            stampKey: Self.careKey
        )
    }
}

extension ModelServer {
    /// Answers every request with a status and a short body.
    static func answering(_ status: String) throws -> ModelServer {
        try ModelServer { peer in
            while true {
                _ = try peer.takeMessage()
                try peer.send("HTTP/1.1 \(status)\r\nContent-Length: 4\r\n\r\nbad\n")
            }
        }
    }

    /// Takes requests and never answers.
    static func hanging() throws -> ModelServer {
        try ModelServer { peer in try peer.receiveToEnd() }
    }
}

extension GatewayFixture {
    func rescues(_ cohort: Cohort = .canary) -> RescueTally {
        // What was added depends on the machine.
        var tally = self.store.tally(cohort).detail.rescues
        tally.addedMicroseconds = 0
        return tally
    }

    func awaitRescues(_ expected: RescueTally) throws {
        try eventually("rescues come to \(expected)") { self.rescues() == expected }
    }

    /// How the pinned requests to a version ended.
    func pinned(_ version: String) -> [Outcome: Int64] {
        var counts = OutcomeCounts()
        for tally in self.store.windows.flatMap(\.pinned) where tally.version.text == version {
            counts.merge(tally.outcomes)
        }
        return Dictionary(uniqueKeysWithValues: Outcome.allCases.map { ($0, counts[$0]) }.filter { $0.1 > 0 })
    }
}

/// What the id of an answer says about the request.
func standing(of answer: Message) -> RequestStamp.Standing? {
    RequestStamp(text: answer.fields["x-serin-request-id"] ?? "", signedWith: RouteSnapshot.careKey.hash)?.standing
}

import ControlWire
import DemoModel
import RolloutCore

/// The story: four versions of a model, three rollouts, real requests all the while.
struct DemoStory {
    let stage: DemoStage
    let client: ControlClient
    let traffic: DemoTraffic
    let teller: DemoTeller
    let model: ModelName
    private let plan: JSONValue
    private var narration = RolloutNarration()
    private(set) var facts = DemoFacts()

    init(stage: DemoStage, client: ControlClient, traffic: DemoTraffic, teller: DemoTeller) throws {
        self.stage = stage
        self.client = client
        self.traffic = traffic
        self.teller = teller
        self.model = try ModelName(DemoStage.model)
        self.plan = try DemoPlan.document()
    }

    /// - Throws: `ClientFailure`, `DemoInterruption`, or cancellation.
    mutating func play() async throws {
        try await self.playPromotion()
        try await self.playFailure()
        try await self.playRollback()
    }

    // MARK: Acts

    private mutating func playPromotion() async throws {
        self.teller.begin(chapter: "v2 is better than v1: the loop must promote it")
        let rollout = try await self.register(.v2)
        let ended = try await self.follow(rollout) { !$0.state.isOpen }
        self.facts.promoted = try await self.act(.v2, ended)
    }

    private mutating func playFailure() async throws {
        self.teller.begin(chapter: "v3 answers 30 % of its requests with an error: the loop must roll it back")
        let rollout = try await self.register(.v3)
        let ended = try await self.follow(rollout) { !$0.state.isOpen }
        self.facts.failed = try await self.act(.v3, ended)
    }

    private mutating func playRollback() async throws {
        self.teller.begin(chapter: "v4 is fine, but its operator rolls it back in mid-rollout")
        let rollout = try await self.register(.v4)
        let middle = try await self.follow(rollout) { !$0.state.isOpen || $0.state.step == 2 }
        if middle.state.isOpen {
            // Some traffic at the higher weight, so that the last answer is well timed.
            try await Task.sleep(for: .seconds(1))
            self.facts.rollback = try await self.rollBack(middle)
        }
        let ended = try await self.follow(rollout) { !$0.state.isOpen }
        self.facts.rolledBack = try await self.act(.v4, ended)
    }

    private func rollBack(_ rollout: RolloutResponse) async throws -> DemoFacts.Rollback {
        self.teller.say("the operator: serin rollback \(self.model) --reason 'the demonstration wants it'")
        let sent = ContinuousClock.now
        let body = ControlRequest.order(reason: "the demonstration wants it", rollout: rollout.id)
        let answer: CommandResponse = try await self.client.post(.order(.rollback, on: self.model), body).document
        let acknowledged = sent.duration(to: .now)
        for line in answer.lines { self.teller.say(line) }
        // Whatever was under way when the order came is answered within this time.
        try await Task.sleep(for: .seconds(2))
        let last = self.traffic.tally.versions[rollout.canary.text]?.lastAnswer.map {
            sent.duration(to: $0) / .milliseconds(1)
        }
        return DemoFacts.Rollback(
            acknowledgedMilliseconds: acknowledged / .milliseconds(1),
            lastCanaryAnswerMilliseconds: last.flatMap { $0 > 0 ? $0 : nil }
        )
    }

    // MARK: Following a rollout

    private func register(_ version: DemoVersion) async throws -> RolloutID {
        let registration = ControlRequest.Registration(
            version: try VersionName(version.rawValue),
            upstreams: [self.stage.upstream(of: version)],
            plan: self.plan
        )
        let answer = try await self.client.register(registration, of: self.model, creatingModel: false).document
        self.teller.say("\(version.rawValue) is registered; \(answer.propagation.line)")
        guard let rollout = answer.rollout else { throw DemoInterruption.noRollout(version: version.rawValue) }
        return rollout.id
    }

    /// Tells every new decision and the numbers in between until `isReached`.
    private mutating func follow(
        _ id: RolloutID,
        until isReached: (RolloutResponse) -> Bool
    ) async throws -> RolloutResponse {
        var window: (from: TrafficTally, through: TrafficTally)?
        while true {
            // Taken before the look, so that all of it was routed at the weight that the look shows.
            let tally = self.traffic.tally
            let rollout: RolloutResponse = try await self.client.get(.rollout(id)).document
            if rollout.canaryWeight == .fivePercent { window = (window?.from ?? tally, tally) }
            if self.narration.isBehind(rollout) {
                let decisions: Page<DecisionResponse> = try await self.client.get(.decisions(of: id)).document
                for line in self.narration.news(decisions.items) { self.teller.say(line) }
            }
            if isReached(rollout) {
                if let window { self.addShare(of: rollout.canary.text, window.from, window.through) }
                return rollout
            }
            self.teller.progress(RolloutNarration.progress(rollout, answers: tally.answers))
            try await Task.sleep(for: .milliseconds(250))
        }
    }

    private mutating func addShare(of canary: String, _ from: TrafficTally, _ through: TrafficTally) {
        self.facts.share.requests += through.answers - from.answers
        self.facts.share.canary += through.answers(of: canary) - from.answers(of: canary)
    }

    private func act(_ version: DemoVersion, _ rollout: RolloutResponse) async throws -> DemoFacts.Act {
        let decisions: Page<DecisionResponse> = try await self.client.get(.decisions(of: rollout.id)).document
        let state: VersionResponse = try await self.client.get(.version(rollout.canary, of: self.model)).document
        let last = decisions.items.max { $0.sequence < $1.sequence }
        return DemoFacts.Act(
            version: version.rawValue,
            rollout: rollout.id.number,
            phase: rollout.state.phase,
            cause: rollout.state.cause,
            decidedBy: last?.actor ?? "nobody",
            reason: last?.reason ?? "",
            versionState: state.state,
            seconds: (rollout.settledAt ?? rollout.stageSince).seconds(since: rollout.startedAt)
        )
    }
}

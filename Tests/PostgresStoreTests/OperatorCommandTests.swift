import RolloutCore
import RolloutEngine
import Testing

@Suite("An operator")
struct OperatorCommandTests {
    @Test("rolls back from every state of an open rollout, once, and never touches stable", arguments: Situation.all)
    func rollback(_ situation: Situation) throws {
        try Workbench.with { bench in
            let rollout = try situation.arrange(bench)
            let route = try #require(try bench.route())

            let result = try bench.order(.rollback, expected: rollout.id)

            let after = try bench.rollout(rollout.id)
            #expect(result.changed)
            #expect(result.rollout == after)
            #expect(after.state == .rolledBack(.operator))
            #expect(after.settledAt != nil)
            #expect(try bench.states() == ["1": .stable, "2": .failed])
            #expect(
                try bench.route()
                    == CommittedRoute(
                        model: Workbench.model,
                        generation: route.generation + 1,
                        stable: versionName("1"),
                        canary: nil
                    )
            )
            #expect(result.generation == route.generation + 1)
            let last = try #require(try bench.decisions(of: rollout.id).last)
            #expect(last.kind == .rollBack && last.actor == Workbench.operatorName && last.reason == "because")
            #expect(last.stateBefore == situation.state)
            #expect(last.canaryWeight == .zero)

            let settled = try bench.contents()
            let again = try bench.order(.rollback, expected: rollout.id)
            let unnamed = try bench.order(.rollback, expected: nil)
            #expect(!again.changed && !unnamed.changed)
            #expect(try bench.contents() == settled)
        }
    }

    @Test("cannot promote a canary that never got a request")
    func promoteWithoutTraffic() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let before = try bench.contents()

            #expect(throws: CommandError.noTraffic(versionName("2"), rollout.id)) {
                try bench.order(.promote, expected: nil)
            }
            #expect(try bench.contents() == before)

            // Requests that the clients broke off say nothing, either.
            var aborted = CohortTally()
            aborted.outcomes[.clientAborted] = 5
            try bench.observe(rollout, secondsBack: 0...0, canary: aborted)
            #expect(throws: CommandError.noTraffic(versionName("2"), rollout.id)) {
                try bench.order(.promote, expected: nil)
            }
        }
    }

    @Test("promotes on his own word, once, and the old stable is deprecated")
    func promote() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            try bench.observe(rollout, secondsBack: 0...0, canary: .fewCanary)

            let result = try bench.order(.promote, expected: nil)

            #expect(result.changed)
            #expect(try bench.rollout(rollout.id).state == .promoted)
            #expect(try bench.states() == ["1": .deprecated, "2": .stable])
            #expect(try bench.route()?.stable == versionName("2"))
            #expect(try bench.route()?.canary == nil)
            let settled = try bench.contents()
            #expect(try !bench.order(.promote, expected: rollout.id).changed)
            #expect(try bench.contents() == settled)
            #expect(throws: CommandError.illegal(.rollback, rollout.id, .promoted)) {
                try bench.order(.rollback, expected: rollout.id)
            }
        }
    }

    @Test("approves a gate, which is recorded as an advance and raises the weight")
    func approve() throws {
        try Workbench.with { bench in
            let rollout = try Situation.awaitingApproval.arrange(bench)
            let before = try bench.rollout(rollout.id)

            let result = try bench.order(.promote, expected: rollout.id)

            let after = try bench.rollout(rollout.id)
            #expect(result.changed)
            #expect(after.state == .running(.progressing(step: 1)))
            #expect(after.stepGeneration == result.generation && after.stepGeneration > before.stepGeneration)
            #expect(after.stageSince > before.stageSince)
            #expect(try bench.route()?.canary?.weight == basisPoints(5_000))
            let last = try #require(try bench.decisions(of: rollout.id).last)
            #expect(last.kind == .advance)
            #expect(last.canaryWeight == basisPoints(5_000))
        }
    }

    @Test("pauses and resumes, each once, at the same weight")
    func pause() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let route = try bench.route()

            #expect(try bench.order(.pause, expected: nil).changed)
            #expect(try !bench.order(.pause, expected: nil).changed)
            #expect(try bench.rollout(rollout.id).state == .paused(.pending))
            #expect(try bench.order(.resume, expected: rollout.id).changed)
            #expect(try !bench.order(.resume, expected: rollout.id).changed)

            #expect(try bench.rollout(rollout.id).state == .running(.pending))
            #expect(try bench.route() == route)
            #expect(try bench.decisions(of: rollout.id).map(\.kind) == [.start, .pause, .resume])
            #expect(try bench.decisions(of: rollout.id).map(\.sequence) == [1, 2, 3])
        }
    }

    @Test("who means an ended rollout does not hit the one that is open now")
    func otherRollout() throws {
        try Workbench.with { bench in
            let old = try bench.startRollout()
            let new = try #require(try bench.register("3", supersede: true).rollout)
            let before = try bench.contents()

            for command in RolloutStateMachine.Command.allCases {
                #expect(throws: CommandError.otherRollout(expected: old.id, open: new.id)) {
                    try bench.order(command, expected: old.id)
                }
            }
            #expect(try bench.contents() == before)
        }
    }

    @Test("gets a clear answer when there is nothing to act on")
    func nothing() throws {
        try Workbench.with { bench in
            #expect(throws: CommandError.unknownModel(Workbench.model)) { try bench.order(.rollback, expected: nil) }
            #expect(throws: CommandError.unknownModel(Workbench.model)) { try bench.restore() }
            try bench.createModel()
            try bench.register("1")

            let rollback = try bench.order(.rollback, expected: nil)
            #expect(!rollback.changed && rollback.rollout == nil)
            for command in [RolloutStateMachine.Command.promote, .pause, .resume] {
                #expect(throws: CommandError.noOpenRollout(Workbench.model)) { try bench.order(command, expected: nil) }
            }
            #expect(throws: CommandError.unknownRollout(RolloutID(9))) {
                try bench.order(.rollback, expected: RolloutID(9))
            }
            #expect(throws: CommandError.nothingToRestore(Workbench.model)) { try bench.restore() }

            // A rollout of another model is as unknown as none.
            let other = try bench.startRollout(of: modelName("other"))
            #expect(throws: CommandError.unknownRollout(other.id)) { try bench.order(.rollback, expected: other.id) }
            #expect(throws: CommandError.unknownRollout(other.id)) { try bench.restore(expected: other.id) }
        }
    }
}

/// A state from which an operator may act, and how a rollout gets there.
struct Situation: Sendable, CustomTestStringConvertible {
    let state: RolloutState
    let ticks: Int
    let isPaused: Bool

    var testDescription: String { "\(self.state)" }

    static let awaitingApproval = Situation(state: .running(.awaitingApproval(step: 0)), ticks: 3, isPaused: false)

    static let all: [Situation] = [
        Situation(state: .running(.pending), ticks: 0, isPaused: false),
        Situation(state: .running(.warming), ticks: 1, isPaused: false),
        Situation(state: .running(.progressing(step: 0)), ticks: 2, isPaused: false),
        awaitingApproval,
        Situation(state: .paused(.pending), ticks: 0, isPaused: true),
        Situation(state: .paused(.progressing(step: 0)), ticks: 2, isPaused: true),
        Situation(state: .paused(.awaitingApproval(step: 0)), ticks: 3, isPaused: true),
    ]

    /// Each tick brings a healthy rollout one stage further.
    func arrange(_ bench: Workbench) throws -> Rollout {
        let steps = [
            RolloutPlan.Step(weight: .fivePercent, approval: true), RolloutPlan.Step(weight: basisPoints(5_000)),
        ]
        let rollout = try bench.startRollout(plan: .quick(steps: steps))
        try bench.observe(rollout, secondsBack: 1...4, canary: .fewCanary, stable: .fewStable)
        let loop = bench.loop()
        for _ in 0..<self.ticks { _ = try loop.tick() }
        if self.isPaused { _ = try bench.order(.pause, expected: nil) }
        guard try bench.rollout(rollout.id).state == self.state else {
            throw Missing("the state \(self.state), but \(try bench.rollout(rollout.id).state) is there, and so it")
        }
        return try bench.rollout(rollout.id)
    }
}

extension Workbench {
    func order(_ command: RolloutStateMachine.Command, expected: RolloutID?) throws -> CommandResult {
        let order: (ModelName, RolloutID?, String, Actor) throws -> CommandResult
        switch command {
        case .rollback: order = self.commands.rollback
        case .promote: order = self.commands.promote
        case .pause: order = self.commands.pause
        case .resume: order = self.commands.resume
        }
        return try order(Self.model, expected, "because", Self.operatorName)
    }

    @discardableResult
    func restore(expected: RolloutID? = nil) throws -> CommandResult {
        try self.commands.restore(Self.model, expected: expected, reason: "because", actor: Self.operatorName)
    }
}

import RolloutCore
import Testing

@Suite("The life of a rollout")
struct RolloutStateMachineTests {
    typealias Cases = RolloutMachineCases

    @Test("Every finding in every state does what the table says", arguments: Cases.eventCases)
    func event(expected: Cases.EventCase) {
        var machine = Cases.machine(expected.state)

        let action = machine.happened(expected.event)

        switch expected.effect {
        case .none:
            #expect(action == .none)
            #expect(machine == Cases.machine(expected.state))
        case .to(let state, let wanted):
            #expect(action == wanted)
            #expect(machine == Cases.machine(state))
        case .illegal:
            Issue.record("a finding is never illegal")
        }
    }

    @Test("Every command in every state does what the table says", arguments: Cases.commandCases)
    func command(expected: Cases.CommandCase) throws {
        var machine = Cases.machine(expected.state)

        switch expected.effect {
        case .none:
            #expect(try machine.ordered(expected.command) == .none)
            #expect(machine == Cases.machine(expected.state))
        case .to(let state, let action):
            #expect(try machine.ordered(expected.command) == action)
            #expect(machine == Cases.machine(state))
        case .illegal:
            let error = #expect(throws: RolloutStateMachine.IllegalCommand.self) {
                try machine.ordered(expected.command)
            }
            #expect(error?.command == expected.command)
            #expect(error?.state == expected.state)
            #expect(machine == Cases.machine(expected.state))
        }
    }

    @Test("The tables name every pair of state and finding, and of state and command, once")
    func coverage() {
        let events = Cases.states.flatMap { state in Cases.events.map { "\(state) \($0)" } }
        let commands = Cases.states.flatMap { state in RolloutStateMachine.Command.allCases.map { "\(state) \($0)" } }

        #expect(Cases.eventCases.map { "\($0.state) \($0.event)" }.sorted() == events.sorted())
        #expect(Cases.commandCases.map { "\($0.state) \($0.command)" }.sorted() == commands.sorted())
        #expect(Set(Cases.states).count == 27)
        #expect(Set(Cases.events).count == 15)
    }

    @Test("A settled rollout never changes", arguments: Cases.settledStates)
    func settledStays(state: RolloutState) {
        var machine = Cases.machine(state)

        let actions = Cases.events.map { machine.happened($0) }
        for command in RolloutStateMachine.Command.allCases { _ = try? machine.ordered(command) }

        #expect(state.isSettled)
        #expect(actions.allSatisfy { $0 == .none })
        #expect(machine == Cases.machine(state))
    }

    @Test("The canary's weight rises by a completed step or a promotion only", arguments: Cases.states)
    func weightRises(state: RolloutState) {
        for event in Cases.events {
            var machine = Cases.machine(state)
            _ = machine.happened(event)
            let rises = Cases.weight(machine.state) > Cases.weight(state)
            if case .stepCompleted = event { continue }
            #expect(!rises, "\(event)")
        }
        for command in RolloutStateMachine.Command.allCases where command != .promote {
            var machine = Cases.machine(state)
            _ = try? machine.ordered(command)
            #expect(Cases.weight(machine.state) <= Cases.weight(state), "\(command)")
        }
    }

    @Test("A rollback is accepted in every open state, and a second one does nothing more", arguments: Cases.openStates)
    func rollback(state: RolloutState) throws {
        var machine = Cases.machine(state)

        #expect(try machine.ordered(.rollback) == .withdraw(canary: .failed))
        let rolledBack = machine
        #expect(try machine.ordered(.rollback) == .none)
        #expect(machine == rolledBack)
        #expect(machine.state == .rolledBack(.operator))
    }

    @Test("A late finding about step 0 does not advance step 1")
    func lateFinding() {
        var machine = Cases.machine(.running(.progressing(step: 0)))

        #expect(machine.happened(.stepCompleted(step: 0)) == .route(canary: basisPoints(2_500)))
        #expect(machine.happened(.stepCompleted(step: 0)) == .none)
        #expect(machine.state == .running(.progressing(step: 1)))
    }

    @Test("Pausing and resuming leads back to the same stage", arguments: Cases.stages)
    func pauseAndResume(stage: RolloutState.Stage) throws {
        var machine = Cases.machine(.running(stage))

        _ = try machine.ordered(.pause)
        #expect(machine.state.isPaused)
        #expect(Cases.weight(machine.state) == Cases.weight(.running(stage)))
        _ = try machine.ordered(.resume)

        #expect(machine == Cases.machine(.running(stage)))
    }

    @Test(
        "A rollout routes the weight of its step while open, all after promotion, nothing else",
        arguments: Cases.states
    )
    func canaryWeight(state: RolloutState) {
        let rollout = Rollout.fixture(state: state, plan: .fixture(steps: Cases.steps))

        #expect(rollout.canaryWeight == Cases.weight(state))
    }
}

import ControlWire
import RolloutCore
import Testing

extension EndToEnd {
    @Suite("Concurrent commands")
    struct ConcurrentCommandTests {
        @Test("50 concurrent registrations of the second version start exactly one rollout")
        func sameVersion() async throws {
            try await Scenario.run { scenario in
                let service = try await scenario.serve()
                let control = service.control
                try await control.createModel()
                try await control.register("v1", at: 1)
                let body = ControlCaller.registration("v2", at: 2, plan: Plans.open)
                let statuses = try await self.all(50) { _ in
                    try await control.answer("POST", "/v1/models/digits/versions", body).status
                }
                #expect(statuses.count { $0 == 201 } == 1, "\(statuses)")
                #expect(statuses.count { $0 == 200 } == 49, "\(statuses)")
                let rollouts = try await control.rollouts()
                #expect(rollouts.map { "\($0.canary) against \($0.stable)" } == ["v2 against v1"])
                let first = try #require(rollouts.first)
                #expect(try await control.decisions(of: first.id).map(\.kind) == [.start])
            }
        }

        @Test("50 concurrent registrations of different versions start one rollout; the others wait")
        func differentVersions() async throws {
            try await Scenario.run { scenario in
                let service = try await scenario.serve()
                let control = service.control
                try await control.createModel()
                try await control.register("v1", at: 1)
                let statuses = try await self.all(50) { number in
                    let body = ControlCaller.registration("w\(number)", at: 2, plan: Plans.open)
                    return try await control.answer("POST", "/v1/models/digits/versions", body).status
                }
                #expect(statuses.allSatisfy { $0 == 201 }, "\(statuses)")
                #expect(try await control.rollouts().count == 1)
                let states = try await control.model().versions.map(\.state)
                #expect(states.count { $0 == .canary } == 1)
                #expect(states.count { $0 == .stable } == 1)
                #expect(states.count { $0 == .registered } == 49)
            }
        }

        @Test("Promote and rollback asked for 20 times each at once: one of them happens, once")
        func settledOnce() async throws {
            try await Scenario.run { scenario in
                let story = try await Story(scenario, canary: scenario.startModel("v2"), plan: Plans.open)
                let (control, rollout) = (story.control, story.rollout)
                try await control.awaitPhase("progressing", of: rollout)
                let body = #"{"reason":"a race","rollout":\#(rollout.number)}"#
                let statuses = try await self.all(40) { number in
                    let command = number.isMultiple(of: 2) ? "promote" : "rollback"
                    return try await control.answer("POST", "/v1/models/digits/\(command)", body).status
                }
                #expect(statuses.allSatisfy { $0 == 200 || $0 == 409 }, "\(statuses)")
                let decisions = try await control.decisions(of: rollout)
                #expect(decisions.map(\.sequence) == (1...Int64(decisions.count)).map { $0 })
                #expect(decisions.count { $0.kind == .promote || $0.kind == .rollBack } == 1)
                let states = try await control.model().versions.map(\.state)
                #expect(states == [.stable, .deprecated] || states == [.failed, .stable])
                let report = try await story.load.stop()
                #expect(report.bad == 0, "\(report)")
            }
        }

        private func all<Value: Sendable>(
            _ count: Int,
            _ work: @escaping @Sendable (Int) async throws -> Value
        ) async throws -> [Value] {
            try await withThrowingTaskGroup(of: Value.self) { group in
                for number in 0..<count { group.addTask { try await work(number) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
    }
}

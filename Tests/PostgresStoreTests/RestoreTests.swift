import PostgresStore
import RolloutCore
import RolloutEngine
import Testing

@Suite("Restoring")
struct RestoreTests {
    @Test("goes back to the version before the promotion, once")
    func once() throws {
        try Workbench.with { bench in
            let promoted = try bench.promoted("2")
            let generation = try #require(try bench.route()).generation

            let result = try bench.restore()

            let after = try bench.rollout(promoted.id)
            #expect(result.changed)
            #expect(result.rollout == after)
            #expect(after.state == .promoted)
            #expect(after.restoredAt != nil)
            #expect(after.settledAt == promoted.settledAt)
            #expect(try bench.states() == ["1": .stable, "2": .deprecated])
            #expect(
                try bench.route()
                    == CommittedRoute(
                        model: Workbench.model,
                        generation: generation + 1,
                        stable: versionName("1"),
                        canary: nil
                    )
            )
            #expect(try bench.decisions(of: promoted.id).map(\.kind) == [.start, .promote, .restore])
            let event = try bench.store.read { try $0.events(after: 0, model: nil, limit: 100) }.last?.event
            #expect(event?.kind == .stableRestored && event?.version == versionName("1"))
            let restored = try bench.contents()
            #expect(try !bench.restore().changed)
            #expect(try !bench.restore(expected: promoted.id).changed)
            #expect(try bench.contents() == restored)
        }
    }

    @Test("goes further back by naming the earlier rollout, in order only")
    func chain() throws {
        try Workbench.with { bench in
            let second = try bench.promoted("2")
            let third = try bench.promoted("3")

            #expect(throws: CommandError.cannotRestore(second.id)) { try bench.restore(expected: second.id) }
            #expect(try bench.restore().rollout?.id == third.id)
            #expect(try bench.states() == ["1": .deprecated, "2": .stable, "3": .deprecated])
            #expect(try !bench.restore().changed)
            #expect(try bench.restore(expected: second.id).changed)
            #expect(try bench.states() == ["1": .stable, "2": .deprecated, "3": .deprecated])
            #expect(try bench.route()?.stable == versionName("1"))
        }
    }

    @Test("while a rollout is open ends it without blame, and the version that waits is tried against the restored one")
    func open() throws {
        try Workbench.with { bench in
            try bench.promoted("2")
            let open = try #require(try bench.register("3").rollout)
            try bench.register("4")

            _ = try bench.restore()

            #expect(try bench.rollout(open.id).state == .inconclusive(.stableReplaced))
            #expect(
                try bench.states() == ["1": .stable, "2": .deprecated, "3": .inconclusive, "4": .canary]
            )
            let next = try #require(try bench.openRollout())
            #expect(next.stable == versionName("1"))
            let route = try #require(try bench.route())
            #expect(route.stable == versionName("1"))
            #expect(route.canary?.rollout == next.id)
        }
    }

    @Test("what was never promoted is refused")
    func refused() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()

            #expect(throws: CommandError.cannotRestore(rollout.id)) { try bench.restore(expected: rollout.id) }
            _ = try bench.order(.rollback, expected: nil)
            #expect(throws: CommandError.cannotRestore(rollout.id)) { try bench.restore(expected: rollout.id) }
            #expect(throws: CommandError.nothingToRestore(Workbench.model)) { try bench.restore() }
        }
    }
}

extension Workbench {
    /// The rollout by which `version` became stable, on an operator's word.
    @discardableResult
    fileprivate func promoted(_ version: String) throws -> Rollout {
        if try self.route() == nil {
            try self.createModel()
            try self.register("1")
        }
        guard let rollout = try self.register(version).rollout else { throw Missing("a rollout") }
        try self.observe(rollout, secondsBack: 0...0, canary: .fewCanary)
        _ = try self.order(.promote, expected: rollout.id)
        return try self.rollout(rollout.id)
    }
}

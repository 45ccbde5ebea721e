import PostgresClient
import PostgresStore
import RolloutCore
import RolloutEngine
import Testing

@Suite("Registering")
struct RegistrationTests {
    @Test("the first version makes it stable and routes everything to it, in one transaction")
    func first() throws {
        try Workbench.with { bench in
            try bench.createModel()

            let result = try bench.register("1")

            #expect(result.created)
            #expect(result.version.state == .stable)
            #expect(result.rollout == nil)
            #expect(
                try bench.route()
                    == CommittedRoute(model: Workbench.model, generation: 1, stable: versionName("1"), canary: nil)
            )
            #expect(result.generation == 1)
            let events = try bench.store.read { try $0.events(after: 0, model: nil, limit: 10) }
            #expect(events.map(\.event.kind) == [.modelCreated, .versionRegistered, .stableAppointed])
            #expect(Set(events.dropFirst().map(\.occurredAt)).count == 1)
        }
    }

    @Test("the second version starts its rollout at five percent")
    func second() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")

            let result = try bench.register("2")

            let rollout = try #require(result.rollout)
            #expect(try bench.rollout(rollout.id) == rollout)
            #expect(rollout.state == .running(.pending))
            #expect(rollout.stable == versionName("1"))
            #expect(rollout.sequence == 1)
            #expect(try bench.states() == ["1": .stable, "2": .canary])
            let canary = CommittedRoute.Canary(rollout: rollout.id, version: versionName("2"), weight: .fivePercent)
            #expect(
                try bench.route()
                    == CommittedRoute(model: Workbench.model, generation: 2, stable: versionName("1"), canary: canary)
            )
            #expect(
                try bench.decisions(of: rollout.id) == [
                    Decision(
                        rollout: rollout.id,
                        sequence: 1,
                        kind: .start,
                        reason: "2 was registered",
                        actor: Workbench.operatorName,
                        decidedAt: rollout.startedAt,
                        stateBefore: .running(.pending),
                        stateAfter: .running(.pending),
                        canaryWeight: .fivePercent,
                        assessment: nil
                    )
                ]
            )
        }
    }

    @Test("a version while a rollout is open lets it wait, and the newest that waits starts when the rollout has ended")
    func waiting() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let third = try bench.register("3")
            try bench.register("4")
            #expect(third.version.state == .registered)
            #expect(third.rollout == nil)
            #expect(try bench.openRollout()?.id == rollout.id)

            _ = try bench.commands.rollback(Workbench.model, expected: nil, reason: "no", actor: Workbench.operatorName)

            #expect(try bench.states() == ["1": .stable, "2": .failed, "3": .registered, "4": .canary])
            let next = try #require(try bench.openRollout())
            #expect(next.canary == versionName("4"))
            #expect(next.salt != rollout.salt)
            #expect(try bench.route()?.canary?.rollout == next.id)

            _ = try bench.commands.rollback(Workbench.model, expected: nil, reason: "no", actor: Workbench.operatorName)

            // The third was passed over by a newer one; going back to it is for people to decide.
            #expect(try bench.states() == ["1": .stable, "2": .failed, "3": .registered, "4": .failed])
            #expect(try bench.openRollout() == nil)
        }
    }

    @Test("a version that waits leaves it waiting when the model doesn't start by itself")
    func noAutoStart() throws {
        try Workbench.with { bench in
            try bench.createModel(autoStart: false)
            for version in ["1", "2", "3"] { try bench.register(version) }

            _ = try bench.commands.rollback(Workbench.model, expected: nil, reason: "no", actor: Workbench.operatorName)
            #expect(try bench.openRollout() == nil)
            #expect(try bench.route()?.canary == nil)

            let started = try bench.commands.start(
                versionName("3"),
                of: Workbench.model,
                supersede: false,
                reason: "now",
                actor: Workbench.operatorName
            )
            #expect(started.changed)
            #expect(try bench.states() == ["1": .stable, "2": .failed, "3": .canary])
            let repeated = try bench.commands.start(
                versionName("3"),
                of: Workbench.model,
                supersede: false,
                reason: "now",
                actor: Workbench.operatorName
            )
            #expect(!repeated.changed)
            #expect(repeated.rollout == started.rollout)
        }
    }

    @Test("a version that supersedes ends the open rollout and takes its place in one generation after it")
    func supersedes() throws {
        try Workbench.with { bench in
            let old = try bench.startRollout()

            let new = try #require(try bench.register("3", supersede: true).rollout)

            #expect(try bench.rollout(old.id).state == .superseded)
            #expect(try bench.rollout(old.id).settledAt != nil)
            #expect(try bench.states() == ["1": .stable, "2": .superseded, "3": .canary])
            #expect(try bench.route()?.canary?.rollout == new.id)
            #expect(try bench.decisions(of: old.id).map(\.kind) == [.start, .supersede])
            #expect(new.stepGeneration > old.stepGeneration)
        }
    }

    @Test("the same version again changes nothing and answers with its rollout")
    func repeated() throws {
        try Workbench.with { bench in
            let plan = RolloutPlan.quick(assignment: .header("x-user"))
            let rollout = try bench.startRollout(plan: plan)
            let before = try bench.contents()

            let first = try bench.register("1")
            let second = try bench.register("2", plan: plan, supersede: true)

            #expect(!first.created && first.rollout == nil)
            #expect(!second.created && second.rollout == rollout)
            #expect(second.generation == 2)
            #expect(try bench.contents() == before)
        }
    }

    @Test("another version by a known name is refused")
    func changed() throws {
        try Workbench.with { bench in
            _ = try bench.startRollout()
            let before = try bench.contents()
            let others: [VersionSpecification] = [
                try .fixture("2", port: 8001),
                try .fixture("2", upstreamModel: "other"),
                try .fixture("2", labels: ["commit": "abc"]),
                try .fixture("2", plan: .quick(minimumRequests: 101)),
            ]

            for other in others {
                #expect(throws: CommandError.versionDiffers(versionName("2"), Workbench.model)) {
                    try bench.commands.register(
                        other,
                        for: Workbench.model,
                        supersede: true,
                        actor: Workbench.operatorName
                    )
                }
            }
            #expect(throws: CommandError.modelDiffers(Workbench.model)) { try bench.createModel(autoStart: false) }
            #expect(try bench.contents() == before)
        }
    }

    @Test("a version survives storage whole")
    func stored() throws {
        try Workbench.with { bench in
            let specification = try VersionSpecification(
                version: versionName("1"),
                upstreams: [UpstreamURL("http://[::1]:9000/base"), UpstreamURL("http://model.example:80")],
                upstreamModel: "m",
                upstreamVersion: "7",
                labels: ["commit": "ab\"c\\d", "team": "größe 🚀"],
                plan: .quick(steps: [
                    .init(weight: basisPoints(123), approval: true), .init(weight: basisPoints(9_999)),
                ])
            )
            let own = RouteMatch.custom(try OwnRoute(host: "Api.Example", pathPrefix: "/digits", stripPrefix: true))
            _ = try bench.commands.createModel(Workbench.model, match: own, autoStart: true, labels: ["a": "b"])
            let registered = try bench.commands.register(
                specification,
                for: Workbench.model,
                supersede: false,
                actor: Workbench.operatorName
            )

            let (model, version) = try bench.store.read { view in
                (try view.model(Workbench.model), try view.version(versionName("1"), of: Workbench.model))
            }
            #expect(version == registered.version)
            #expect(version?.specification == specification)
            #expect(
                model
                    == Model(
                        name: Workbench.model,
                        match: own,
                        autoStart: true,
                        labels: ["a": "b"],
                        createdAt: try #require(model).createdAt
                    )
            )
        }
    }

    @Test("with an unknown model or version is refused")
    func unknown() throws {
        try Workbench.with { bench in
            #expect(throws: CommandError.unknownModel(Workbench.model)) { try bench.register("1") }
            try bench.createModel()
            func start(_ version: String) throws {
                _ = try bench.commands.start(
                    versionName(version),
                    of: Workbench.model,
                    supersede: false,
                    reason: "",
                    actor: Workbench.operatorName
                )
            }
            #expect(throws: CommandError.unknownVersion(versionName("9"), Workbench.model)) { try start("9") }
            try bench.register("1")
            #expect(throws: CommandError.cannotStart(versionName("1"), .stable)) { try start("1") }
            let rollout = try #require(try bench.register("2").rollout)
            try bench.register("3")
            #expect(throws: CommandError.rolloutIsOpen(rollout.id)) { try start("3") }
        }
    }
}

import PostgresClient
import RolloutCore
import RolloutEngine
import Testing

@testable import PostgresStore

@Suite("A model's signals")
struct SignalsTests {
    private static let declared = ModelSignals(
        adapter: .json,
        signals: (try? SignalName("age")).map {
            [
                SignalDeclaration(
                    name: $0,
                    role: .feature,
                    kind: .number,
                    source: SignalSource(body: .request, path: "/age")
                )
            ]
        } ?? [],
        key: .header("x-id"),
        positiveClass: "yes",
        payloadSample: PayloadSampling(redact: ["/name"])
    )

    @Test("are the defaults until they are set; then gateways get them with a new generation")
    func set() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            let before = try #require(try bench.route())
            #expect(try bench.store.read { try $0.model(Workbench.model) }?.signals == ModelSignals())

            let result = try bench.commands.setSignals(
                Self.declared,
                of: Workbench.model,
                actor: Workbench.operatorName
            )
            #expect(result.changed)
            #expect(result.generation == before.generation + 1)
            #expect(try bench.store.read { try $0.model(Workbench.model) }?.signals == Self.declared)
            let feed = PostgresRouteFeed(configuration: PostgresConfiguration(url: bench.url), pool: bench.pool)
            defer { feed.close() }
            let snapshot = try #require(try feed.next(after: before.generation, timeout: .zero))
            #expect(snapshot.routes.map(\.signals) == [Self.declared])
            #expect(snapshot.routes.map(\.arms.count) == [1])
            #expect(snapshot.stampKey != nil)

            let again = try bench.commands.setSignals(Self.declared, of: Workbench.model, actor: Workbench.operatorName)
            #expect(!again.changed)
            #expect(again.generation == result.generation)
            let events = try bench.store.read { try $0.events(after: 0, model: Workbench.model, limit: 99) }
            #expect(events.filter { $0.event.kind == .signalsChanged }.count == 1)
        }
    }

    @Test("stay as they are while a rollout is open, and when they break their rules")
    func refused() throws {
        try Workbench.with { bench in
            let rollout = try bench.startRollout()
            let before = try bench.contents()
            #expect(throws: CommandError.rolloutIsOpen(rollout.id)) {
                try bench.commands.setSignals(Self.declared, of: Workbench.model, actor: Workbench.operatorName)
            }
            #expect(throws: InvalidValue.self) {
                try bench.commands.setSignals(
                    ModelSignals(predictionDays: 0),
                    of: Workbench.model,
                    actor: Workbench.operatorName
                )
            }
            #expect(throws: CommandError.unknownModel(modelName("none"))) {
                try bench.commands.setSignals(Self.declared, of: modelName("none"), actor: Workbench.operatorName)
            }
            #expect(try bench.contents() == before)
        }
    }

    @Test("come with a model that is created with them, and don't make a repeated creation another one")
    func created() throws {
        try Workbench.with { bench in
            func create(_ signals: ModelSignals?) throws -> Bool {
                try bench.commands.createModel(
                    Workbench.model,
                    match: .standard,
                    autoStart: true,
                    labels: [:],
                    signals: signals
                ).created
            }
            let created = [try create(Self.declared), try create(Self.declared), try create(nil)]
            #expect(created == [true, false, false])
            #expect(throws: CommandError.modelDiffers(Workbench.model)) { try create(ModelSignals()) }
            #expect(try bench.store.read { try $0.model(Workbench.model) }?.signals == Self.declared)
        }
    }

    @Test("are signed with a key that every database draws for itself, once")
    func key() throws {
        try Workbench.with { one in
            try Workbench.with { two in
                let (first, again, other) = (try one.stampKey(), try one.stampKey(), try two.stampKey())
                #expect(first == again)
                #expect(first != other)
            }
            try one.pool.withConnection { connection in
                #expect(throws: PostgresError.self) { try connection.execute(script: "UPDATE stamp_key SET high = 0") }
                #expect(throws: PostgresError.self) { try connection.execute(script: "DELETE FROM stamp_key") }
            }
        }
    }
}

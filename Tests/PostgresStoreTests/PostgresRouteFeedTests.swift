import Foundation
import PostgresClient
import RolloutCore
import RolloutEngine
import Testing

@testable import PostgresStore

@Suite("The route feed")
struct PostgresRouteFeedTests {
    @Test("of an empty database is the empty snapshot, and then nothing until something changes")
    func empty() throws {
        try Workbench.with { bench in
            let feed = bench.feed()

            let first = try feed.next(after: nil, timeout: .zero)
            let second = try feed.next(after: 0, timeout: .milliseconds(20))

            #expect(first?.generation == 0)
            #expect(first?.routes == [])
            #expect(second == nil)
        }
    }

    @Test("carries every model's arms, weights, salt and own route, ordered by name")
    func content() throws {
        try Workbench.with { bench in
            let own = RouteMatch.custom(try OwnRoute(host: "Api.Example", pathPrefix: "/z", stripPrefix: true))
            try bench.createModel(modelName("zebra"), match: own)
            try bench.createModel(modelName("unused"))
            try bench.register("1", for: modelName("zebra"))
            let plan = RolloutPlan.quick(
                steps: [.init(weight: basisPoints(250))],
                assignment: .cookie("user")
            )
            try bench.createModel()
            try bench.register("1")
            let canary = try VersionSpecification(
                version: versionName("2"),
                upstreams: [UpstreamURL("http://127.0.0.1:8001"), UpstreamURL("http://127.0.0.1:8002")],
                upstreamModel: "digits-b",
                upstreamVersion: "5",
                settings: UpstreamSettings(inFlight: 8, ejection: nil, probe: ProbeRule(path: "/ready")),
                plan: plan
            )
            let rollout = try #require(
                try bench.commands.register(
                    canary,
                    for: Workbench.model,
                    supersede: false,
                    actor: Workbench.operatorName
                ).rollout
            )

            func arm(
                _ cohort: Cohort,
                _ specification: VersionSpecification,
                _ weight: Weight
            ) -> RouteArm {
                RouteArm(
                    cohort: cohort,
                    version: specification.version,
                    weight: weight,
                    upstreams: specification.upstreams,
                    upstreamModel: specification.upstreamModel,
                    upstreamVersion: specification.upstreamVersion,
                    settings: specification.settings
                )
            }
            let first = try VersionSpecification.fixture("1")
            let digits = ModelRoute(
                model: Workbench.model,
                generation: 3,
                rollout: rollout.id,
                match: .standard,
                assignment: .cookie("user"),
                salt: rollout.salt,
                arms: [arm(.stable, first, basisPoints(9_750)), arm(.canary, canary, basisPoints(250))],
                signals: ModelSignals(),
                hardStop: plan.hardStop
            )
            let zebra = ModelRoute(
                model: modelName("zebra"),
                generation: 1,
                rollout: nil,
                match: own,
                assignment: .perRequest,
                salt: Salt(high: 0, low: 0),
                arms: [arm(.stable, first, .full)],
                signals: ModelSignals()
            )
            let expected = RouteSnapshot(generation: 3, routes: [digits, zebra], stampKey: try bench.stampKey())
            #expect(try bench.feed().next(after: nil, timeout: .zero) == expected)
        }
    }

    @Test("brings a change long before the next poll is due")
    func notified() throws {
        try Workbench.with { bench in
            try bench.createModel(autoStart: false)
            try bench.register("1")
            let feed = bench.feed()
            var generation = try #require(try feed.next(after: nil, timeout: .zero)).generation
            let heard = DispatchSemaphore(value: 0)
            let writer = Thread {
                for number in 0..<5 {
                    _ = try? bench.register("v\(number)", supersede: true)
                    heard.wait()
                }
            }
            let start = ContinuousClock.now
            writer.start()

            for _ in 0..<5 {
                let snapshot = try #require(try feed.next(after: generation, timeout: .seconds(10)))
                #expect(snapshot.generation > generation)
                generation = snapshot.generation
                heard.signal()
            }

            #expect(start.duration(to: .now) < .seconds(10))
            #expect(try bench.store.read { try $0.routeGeneration() } == generation)
        }
    }

    @Test("says that it lost its connection, and connects anew")
    func reconnects() throws {
        try Workbench.with { bench in
            let feed = bench.feed()
            _ = try feed.next(after: nil, timeout: .zero)
            try bench.pool.withConnection { connection in
                let ended = try connection.query(terminateFeed, [.text("feed")]).exactlyOne()
                #expect(try ended.decode("sessions", as: Int64.self) == 1)
            }

            let error = try #require(throws: PostgresError.self) { try feed.next(after: 0, timeout: .seconds(10)) }
            #expect(error.isRetryable)
            try bench.createModel()
            try bench.register("1")

            #expect(try feed.next(after: 0, timeout: .seconds(10))?.generation == 1)
            feed.close()
            #expect(try feed.next(after: 1, timeout: .zero) == nil)
        }
    }

    @Test("finds by polling what no notification told of, and no longer trusts the connection that missed it")
    func deaf() throws {
        try Workbench.with { bench in
            let feed = bench.feed()
            _ = try feed.next(after: nil, timeout: .zero)
            let session = try bench.session(of: "feed")
            let writer = Thread {
                // The notification is left out: as if it had been lost.
                try? bench.pool.withConnection { _ = try $0.query(RouteStatements.nextGeneration) }
            }
            writer.start()

            let isFound = try eventually { try feed.next(after: 0, timeout: .milliseconds(50)) != nil }
            #expect(isFound)
            _ = try feed.next(after: 1, timeout: .zero)
            #expect(try eventually { try bench.session(of: "feed").map { $0 != session } ?? false })
        }
    }

    @Test("does not mistake a notification of what is known already for news")
    func oldNews() throws {
        try Workbench.with { bench in
            let feed = bench.feed()
            _ = try feed.next(after: nil, timeout: .zero)
            try bench.createModel()
            try bench.register("1")
            // The look comes before the notification is read, so that one lies there for the next call.
            #expect(try feed.next(after: 0, timeout: .zero)?.generation == 1)

            let start = ContinuousClock.now
            let none = try feed.next(after: 1, timeout: .milliseconds(200))

            #expect(none == nil)
            #expect(start.duration(to: .now) >= .milliseconds(200))
        }
    }

    @Test("is answered by gateways' reports, which never go back")
    func reports() throws {
        try Workbench.with { bench in
            let other = PostgresTelemetryWriter(pool: bench.pool, replica: "gateway-2", name: "two")
            try bench.writer.report(appliedGeneration: 5)
            try bench.writer.report(appliedGeneration: 3)
            try other.report(appliedGeneration: 0)

            let reports = try bench.store.read { try $0.gateways() }

            #expect(reports.map(\.replica) == ["gateway-1", "gateway-2"])
            #expect(reports.map(\.appliedGeneration) == [5, 0])
            #expect(reports.map(\.name) == ["one", "two"])
            #expect(reports.map { $0.seenAt > $0.startedAt } == [true, false])
            try bench.writer.report(appliedGeneration: 6)
            #expect(try bench.store.read { try $0.gateways() }.first?.appliedGeneration == 6)
        }
    }
}

private let terminateFeed = PostgresStatement(
    "terminate_feed",
    """
    SELECT count(pg_terminate_backend(pid, 5000)) AS sessions FROM pg_stat_activity
    WHERE application_name = $1 AND datname = current_database()
    """
)

private let selectSession = PostgresStatement(
    "select_session",
    "SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()"
)

extension Workbench {
    /// The server process of the one session by this name.
    fileprivate func session(of name: String) throws -> Int32? {
        try self.pool.withConnection { connection in
            let rows = try connection.query(selectSession, [.text(name)])
            return rows.count == 1 ? try rows[0].decode("pid", as: Int32.self) : nil
        }
    }

    func feed() -> PostgresRouteFeed {
        PostgresRouteFeed(
            configuration: PostgresConfiguration(url: self.url, applicationName: "feed"),
            pool: self.pool
        )
    }
}

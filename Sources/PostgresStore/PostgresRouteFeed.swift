package import PostgresClient
package import RolloutCore
import Synchronization

/// Route snapshots for one gateway: notified at once, polled behind that, so a lost notification costs a poll interval only.
///
/// Blocking; `next` is called from one thread.
package final class PostgresRouteFeed: Sendable {
    private let configuration: PostgresConfiguration
    private let pool: PostgresPool
    private let listener = Mutex<PostgresListener?>(nil)

    /// - Parameter pool: Shared with the gateway's other writers; the listener has a connection of its own.
    package init(configuration: PostgresConfiguration, pool: PostgresPool) {
        self.configuration = configuration
        self.pool = pool
    }

    /// The newest snapshot as soon as there is one beyond `generation`; nil when none came within `timeout`.
    ///
    /// - Throws: When the database is away; the next call connects anew.
    package func next(after generation: Int64?, timeout: Duration) throws -> RouteSnapshot? {
        do {
            try self.listener.withLock { listener in
                // Listening begins before the first look, so nothing falls between the two.
                if listener == nil { listener = try PostgresListener(self.configuration, channels: ["serin_routes"]) }
            }
            let end = ContinuousClock.now.advanced(by: timeout)
            while true {
                if let snapshot = try self.snapshot(beyond: generation) { return snapshot }
                let left = max(.zero, ContinuousClock.now.duration(to: end))
                let heard = try self.listener.withLock { try $0?.wait(timeout: left) } ?? []
                if !heard.isEmpty { continue }  // It may have told of a generation that is known already.
                let polled = try self.snapshot(beyond: generation)
                // A change that no notification told of: the connection is deaf, as after a lost network.
                if polled != nil { self.close() }
                return polled
            }
        } catch {
            self.close()
            throw error
        }
    }

    private func snapshot(beyond generation: Int64?) throws -> RouteSnapshot? {
        try self.pool.withConnection { connection in
            let head: Int64 = try connection.query(RouteStatements.generation).exactlyOne().decode("generation")
            if let generation, head <= generation { return nil }
            return try Self.snapshot(connection.query(RouteStatements.selectSnapshot))
        }
    }

    private static func snapshot(_ rows: PostgresRows) throws -> RouteSnapshot {
        var head: Int64 = 0
        var stampKey: Salt?
        var routes: [ModelRoute] = []
        for row in rows {
            head = try row.decode("head")
            stampKey = try Salt(row: row, columns: "stamp")
            guard let model: String = try row.decode("model") else { continue }
            routes.append(try Self.route(ModelName(model), row))
        }
        return RouteSnapshot(generation: head, routes: routes, stampKey: stampKey)
    }

    private static func route(_ model: ModelName, _ row: PostgresRow) throws -> ModelRoute {
        let own: OwnRoute? = try row.decode("route", as: String?.self).map { try StoredJSON.decode($0) }
        let stable: VersionSpecification = try StoredJSON.decode(row.decode("stable", as: String.self))
        let canary: VersionSpecification? = try row.decode("canary", as: String?.self).map { try StoredJSON.decode($0) }
        let weight = try row.weight("canary_weight_bp")
        let baseline = try row.weight("baseline_weight_bp")
        var arms = [RouteArm(.stable, stable, try weight.complement.less(baseline))]
        if let canary { arms.append(RouteArm(.canary, canary, weight)) }
        if baseline > .zero { arms.append(RouteArm(.baseline, stable, baseline)) }
        return ModelRoute(
            model: model,
            generation: try row.decode("generation"),
            rollout: try row.decode("rollout", as: Int64?.self).map { RolloutID($0) },
            match: own.map { .custom($0) } ?? .standard,
            assignment: canary?.plan.assignment ?? .perRequest,
            salt: Salt(
                high: UInt64(bitPattern: try row.decode("salt_high", as: Int64?.self) ?? 0),
                low: UInt64(bitPattern: try row.decode("salt_low", as: Int64?.self) ?? 0)
            ),
            arms: arms,
            signals: try ModelSignals(row: row),
            hardStop: canary?.plan.hardStop,
            acknowledgedTrips: try row.decode("acknowledged_trips", as: String?.self).map { try StoredJSON.decode($0) },
            rescue: canary?.plan.rescue,
            pinTargets: try row.decode("pin_targets", as: String?.self).map { try StoredJSON.decode($0) },
            mirror: try row.mirror
        )
    }

    package func close() {
        self.listener.withLock { listener in
            listener?.close()
            listener = nil
        }
    }
}

extension RouteArm {
    fileprivate init(_ cohort: Cohort, _ specification: VersionSpecification, _ weight: Weight) {
        self.init(
            cohort: cohort,
            version: specification.version,
            weight: weight,
            upstreams: specification.upstreams,
            upstreamModel: specification.upstreamModel,
            upstreamVersion: specification.upstreamVersion,
            settings: specification.settings
        )
    }
}

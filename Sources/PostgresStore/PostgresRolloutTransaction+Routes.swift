import PostgresClient
import RolloutCore
import RolloutEngine

extension PostgresRolloutTransaction {
    func nextGeneration() throws -> Int64 {
        _ = try self.connection.query(RouteStatements.orderCommits)
        let generation: Int64 = try self.connection.query(RouteStatements.nextGeneration).exactlyOne()
            .decode("generation")
        _ = try self.connection.query(RouteStatements.notify, [.int64(generation)])
        return generation
    }

    func routeGeneration() throws -> Int64 {
        try self.connection.query(RouteStatements.generation).exactlyOne().decode("generation")
    }

    func publish(_ route: CommittedRoute) throws {
        let parameters: [PostgresParameter] = [
            .text(route.model.text), .int64(route.generation), .text(route.stable.text),
            .optional(route.canary?.rollout.number),
            .optional(route.canary?.version.text), .int32(Int32(route.canary?.weight.basisPoints ?? 0)),
            .int32(Int32(route.canary?.mirror?.basisPoints ?? 0)),
            .int32(Int32(route.canary?.baseline.basisPoints ?? 0)),
        ]
        _ = try self.connection.execute(RouteStatements.publish, parameters)
        _ = try self.connection.execute(RouteStatements.recordChange, parameters)
    }

    func route(of model: ModelName) throws -> CommittedRoute? {
        try self.connection.query(RouteStatements.select, [.text(model.text)]).atMostOne().map { row in
            let rollout: Int64? = try row.decode("rollout")
            let canary: String? = try row.decode("canary")
            var arm: CommittedRoute.Canary?
            if let rollout, let canary {
                arm = .init(
                    rollout: RolloutID(rollout),
                    version: try VersionName(canary),
                    weight: try row.weight("canary_weight_bp"),
                    mirror: try row.mirror,
                    baseline: try row.weight("baseline_weight_bp")
                )
            }
            return CommittedRoute(
                model: try ModelName(row.decode("model")),
                generation: try row.decode("generation"),
                stable: try VersionName(row.decode("stable")),
                canary: arm
            )
        }
    }

    func gateways() throws -> [GatewayReport] {
        try self.connection.query(LeadershipStatements.selectGateways).map { row in
            GatewayReport(
                replica: try row.decode("replica"),
                name: try row.decode("name"),
                appliedGeneration: try row.decode("applied_generation"),
                startedAt: try row.timestamp("started_at"),
                seenAt: try row.timestamp("seen_at")
            )
        }
    }

    // MARK: Events

    func append(_ event: NewEvent) throws {
        _ = try self.connection.query(RouteStatements.orderCommits)
        _ = try self.connection.query(
            RouteStatements.insertEvent,
            [
                .text(event.kind.rawValue), .text(event.model.text), .optional(event.version?.text),
                .optional(event.rollout?.number),
                .text(event.message),
            ]
        )
    }

    func events(after id: Int64, model: ModelName?, limit: Int) throws -> [Event] {
        let rows: PostgresRows
        if let model {
            rows = try self.connection.query(
                RouteStatements.selectEventsOfModel,
                [.int64(id), .int64(Int64(limit)), .text(model.text)]
            )
        } else {
            rows = try self.connection.query(RouteStatements.selectEvents, [.int64(id), .int64(Int64(limit))])
        }
        return try rows.map { row in
            let kindText: String = try row.decode("kind")
            guard let kind = EventKind(rawValue: kindText) else {
                throw CorruptRow(description: "an event has the unknown kind '\(kindText)'")
            }
            return Event(
                id: try row.decode("id"),
                occurredAt: try row.timestamp("occurred_at"),
                event: NewEvent(
                    kind: kind,
                    model: try ModelName(row.decode("model")),
                    version: try row.decode("version", as: String?.self).map { try VersionName($0) },
                    rollout: try row.decode("rollout", as: Int64?.self).map { RolloutID($0) },
                    message: try row.decode("message")
                )
            )
        }
    }

    func latestEventID() throws -> Int64 {
        try self.connection.query(RouteStatements.latestEvent).exactlyOne().decode("id")
    }
}

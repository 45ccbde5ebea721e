import PostgresClient
import RolloutCore
import RolloutEngine

extension PostgresRolloutTransaction {
    func quality(of model: ModelName, since: Timestamp) throws -> [QualityRecord] {
        let scope: [PostgresParameter] = [.text(model.text), since.floored(toSeconds: 3_600).parameter]
        var hours = QualityHours()
        for row in try self.connection.query(WatchStatements.selectHours, scope) {
            hours.add(try QualityRecord(row: row))
        }
        for row in try self.connection.query(WatchStatements.selectCells, scope) {
            hours.add(try QualityRecord(row: row))
        }
        return hours.ordered
    }

    func feedbackTotals(of model: ModelName, since: Timestamp) throws -> FeedbackTotals {
        var counts: [FeedbackResult: Int64] = [:]
        let scope: [PostgresParameter] = [.text(model.text), since.parameter]
        for row in try self.connection.query(LabelStatements.selectTotals, scope) {
            let text: String = try row.decode("result")
            guard let result = FeedbackResult(rawValue: text) else {
                throw CorruptRow(description: "feedback has the unknown result '\(text)'")
            }
            counts[result] = try row.decode("items")
        }
        return FeedbackTotals(
            counts: counts,
            pending: try self.connection.query(LabelStatements.countPending, [.text(model.text)]).exactlyOne()
                .decode("items"),
            waiting: try self.connection.query(LabelStatements.countWaiting, scope).exactlyOne().decode("items")
        )
    }

    func payloads(of version: VersionName, model: ModelName, before: Timestamp?, limit: Int) throws -> [PayloadSample] {
        let end = before ?? self.now.adding(seconds: 86_400)
        return try self.connection.query(
            PredictionStatements.selectPayloads,
            [.text(model.text), .text(version.text), end.parameter, .int64(Int64(limit))]
        ).map { row in
            PayloadSample(
                model: model,
                version: version,
                requestID: try row.decode("request_id"),
                at: try row.timestamp("taken_at"),
                status: try row.decode("status"),
                request: try row.decode("request"),
                response: try row.decode("response")
            )
        }
    }

    func baseline(of version: VersionName, model: ModelName) throws -> StoredBaseline? {
        try self.connection.query(ProfileStatements.selectBaseline, [.text(model.text), .text(version.text)])
            .atMostOne().map(StoredBaseline.init(row:))
    }

    func save(_ baseline: StoredBaseline) throws {
        _ = try self.connection.execute(ProfileStatements.saveBaseline, baseline.parameters)
    }

    func minutes(of version: VersionName, model: ModelName, since: Timestamp, before limit: Timestamp?) throws
        -> [VersionMinute]
    {
        try self.connection.query(
            ProfileStatements.selectMinutes,
            [.text(model.text), .text(version.text), since.parameter, limit?.parameter ?? .null]
        ).map(VersionMinute.init(row:))
    }

    func watch(of model: ModelName) throws -> StoredWatch? {
        let row = try self.connection.query(WatchStatements.select, [.text(model.text)]).atMostOne()
        guard let state = try row.map(WatchState.init(row:)), let version = state.version, let watch = state.watch
        else { return nil }
        let findings = try self.connection.query(
            WatchStatements.selectFindings,
            [.text(model.text), state.startedAt.parameter]
        ).map { row -> WatchFinding in try StoredJSON.decode(row.decode("finding", as: String.self)) }
        return StoredWatch(
            version: version,
            startedAt: state.startedAt,
            watchedThrough: state.rolledThrough,
            watch: watch,
            findings: findings
        )
    }
}

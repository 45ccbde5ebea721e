import PostgresClient
import RolloutCore
import RolloutEngine

/// One open transaction about one model's watch; the lock that keeps other watchers out is held.
struct PostgresWatchTransaction: WatchTransaction {
    let connection: PostgresConnection
    let model: ModelName
    let now: Timestamp

    private var events: PostgresRolloutTransaction {
        PostgresRolloutTransaction(connection: self.connection, now: self.now)
    }

    func state() throws -> WatchState? {
        try self.connection.query(WatchStatements.select, [.text(self.model.text)]).atMostOne().map(
            WatchState.init(row:)
        )
    }

    func stableVersion() throws -> VersionName? {
        try self.connection.query(WatchStatements.stableVersion, [.text(self.model.text)]).atMostOne().map { row in
            try VersionName(row.decode("stable", as: String.self))
        }
    }

    func baseline(of version: VersionName) throws -> StoredBaseline? {
        try self.events.baseline(of: version, model: self.model)
    }

    // MARK: Telemetry

    func oldestTelemetry(since start: Timestamp) throws -> Timestamp? {
        try self.connection.query(ProfileStatements.oldestTelemetry, [.text(self.model.text), start.parameter])
            .exactlyOne().optionalTimestamp("start")
    }

    func telemetry(in span: Range<Timestamp>) throws -> [VersionName: [VersionMinute]] {
        var tallies: [VersionName: [Timestamp: CohortTally]] = [:]
        for row in try self.connection.query(
            ProfileStatements.selectTelemetry,
            [.text(self.model.text), span.lowerBound.parameter, span.upperBound.parameter]
        ) {
            let version = try VersionName(row.decode("version", as: String.self))
            let minute = try row.timestamp("started_at").floored(toSeconds: 60)
            tallies[version, default: [:]][minute, default: CohortTally()].merge(try CohortTally(row: row))
        }
        return tallies.mapValues { minutes in
            minutes.sorted { $0.key < $1.key }.map { VersionMinute(minute: $0.key, tally: $0.value) }
        }
    }

    func insert(_ minutes: [VersionMinute], of version: VersionName) throws {
        for minute in minutes {
            _ = try self.connection.execute(ProfileStatements.insertMinute, minute.parameters(self.model, version))
        }
    }

    // MARK: Labels

    /// Cells that are settled at once.
    private static let cellsAtOnce = 5_000

    func gatherLabels() throws -> Bool {
        let taken = try self.takeSettled(atLeast: Self.cellsAtOnce)
        var hours = QualityHours()
        for record in taken { hours.add(record) }
        for record in hours.ordered {
            _ = try self.connection.execute(
                WatchStatements.insertGathered,
                self.place(record) + [.int64(record.tally.overall.labelled), try StoredJSON.parameter(record.tally)]
            )
        }
        return !taken.isEmpty
    }

    private func takeSettled(atLeast least: Int) throws -> [QualityRecord] {
        try self.connection.query(
            WatchStatements.settleCells,
            [.text(self.model.text), .int64(Int64(least)), .int64(Int64(Self.cellsAtOnce))]
        ).map(QualityRecord.init(row:))
    }

    private func place(_ record: QualityRecord) -> [PostgresParameter] {
        [
            .text(self.model.text), record.hour.parameter, .text(record.version.text), .text(record.cohort.rawValue),
            .text(record.age.rawValue),
        ]
    }

    func settleLabels() throws -> [VersionName: QualityTally] {
        var hours = QualityHours()
        var settled: [VersionName: QualityTally] = [:]
        for record in try self.takeSettled(atLeast: 0) {
            hours.add(record)
            settled[record.version, default: QualityTally()].merge(record.tally)
        }
        for record in hours.ordered { try self.add(record) }
        return settled
    }

    private func add(_ record: QualityRecord) throws {
        let place = self.place(record)
        var tally = record.tally
        if let row = try self.connection.query(WatchStatements.selectHour, place).atMostOne() {
            let stored: QualityTally = try StoredJSON.decode(row.decode("quality", as: String.self))
            tally.merge(stored)
        }
        _ = try self.connection.execute(
            WatchStatements.saveHour,
            place + [.int64(tally.overall.labelled), try StoredJSON.parameter(tally)]
        )
    }

    // MARK: Commit

    func save(_ state: WatchState) throws {
        let columns: [PostgresParameter] = [
            .text(self.model.text), .optional(state.version?.text), state.startedAt.parameter,
            state.rolledThrough.parameter, try state.watch.map(StoredJSON.parameter) ?? .null,
        ]
        guard state.revision > 0 else {
            _ = try self.connection.execute(WatchStatements.insert, columns)
            return
        }
        let changed = try self.connection.execute(WatchStatements.save, columns + [.int64(state.revision)])
        guard changed == 1 else { throw StaleWatch(model: self.model) }
    }

    func save(_ findings: [WatchFinding], of state: WatchState) throws {
        guard let version = state.version else { return }
        for finding in findings {
            _ = try self.connection.execute(
                WatchStatements.saveFinding,
                [
                    .text(self.model.text), .text(version.text), state.startedAt.parameter,
                    .int32(Int32(finding.number)), try StoredJSON.parameter(finding),
                ]
            )
        }
    }

    func append(_ events: [NewEvent]) throws {
        for event in events { try self.events.append(event) }
    }
}

/// Somebody else has watched in between; nothing was written.
struct StaleWatch: Error, CustomStringConvertible {
    let model: ModelName

    var description: String { "the watch of model \(self.model) has gone on elsewhere" }
}

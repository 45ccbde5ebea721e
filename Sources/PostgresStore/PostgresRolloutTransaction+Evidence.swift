import PostgresClient
import RolloutCore
import RolloutEngine

extension PostgresRolloutTransaction {
    private static let page: Int64 = 2_000

    /// Cells of labels that one tick takes in at most; what is left is of the next tick.
    private static let labelCellsPerTick: Int64 = 5_000

    /// Marks the cells, and keeps the strata they make: what is folded from now on is what is stored.
    func takeEvidence(
        of rollout: Rollout,
        tick: Int64,
        before cutoff: Timestamp,
        labels: Bool,
        readings: IntervalReadings
    ) throws -> [EvidenceStratum] {
        let taken: [PostgresParameter] = [.int64(rollout.id.number), .int64(tick), cutoff.parameter]
        let cells = try self.connection.query(TelemetryStatements.takeEvidence, taken)
        let labelled =
            labels
            ? try self.connection.query(LabelStatements.takeCells, taken + [.int64(Self.labelCellsPerTick)]) : nil
        guard !cells.isEmpty || labelled?.isEmpty == false || !readings.isEmpty else { return [] }
        var assembly = try StratumAssembly(rollout, tick: tick, splits: self.splits(of: rollout))
        for row in cells { try assembly.add(row) }
        if let labelled { for row in labelled { try assembly.add(labels: row) } }
        for (interval, told) in readings { assembly.add(told, of: interval) }
        for stratum in assembly.ordered {
            _ = try self.connection.execute(EvidenceStatements.insert, stratum.parameters(rollout: rollout.id))
        }
        return assembly.ordered
    }

    func waitingLabels(of rollout: RolloutID, before cutoff: Timestamp) throws -> WaitingLabels {
        let row = try self.connection.query(
            LabelStatements.waitingCells,
            [.int64(rollout.number), cutoff.parameter]
        ).exactlyOne()
        return WaitingLabels(
            canary: try row.decode("canary"),
            stable: try row.decode("stable"),
            oldest: try row.optionalTimestamp("oldest")
        )
    }

    func evidence(of rollout: Rollout, through tick: Int64) throws -> [EvidenceStratum] {
        try self.evidence(of: rollout, after: 0, through: tick)
    }

    func evidence(of rollout: Rollout, after start: Int64, through tick: Int64) throws -> [EvidenceStratum] {
        var strata: [EvidenceStratum] = []
        while true {
            let last = strata.last
            let page = try self.connection.query(
                EvidenceStatements.selectPage,
                [
                    .int64(rollout.id.number), .int64(tick), .int64(last?.tick ?? start + 1),
                    (last?.intervalStart ?? Timestamp(microseconds: 0)).parameter, .int64(last?.generation ?? 0),
                    .int64(Self.page),
                ]
            ).map(EvidenceStratum.init(row:))
            strata += page
            guard page.count == Int(Self.page) else { return strata }
        }
    }

    func start(ofNewest count: Int, canaryRequestsOf rollout: RolloutID, notBefore start: Timestamp) throws
        -> Timestamp?
    {
        try self.connection.query(
            EvidenceStatements.startOfNewest,
            [.int64(rollout.number), .int64(Int64(count)), start.parameter]
        ).exactlyOne().optionalTimestamp("start")
    }

    func waitingTelemetry(of rollout: RolloutID, before cutoff: Timestamp) throws -> WaitingTelemetry? {
        let row = try self.connection.query(
            EvidenceStatements.waitingTelemetry,
            [
                .int64(rollout.number), cutoff.parameter, .int64(WaitingTelemetry.budget),
                .int64(WaitingTelemetry.detailCost),
            ]
        ).exactlyOne()
        guard let oldest = try row.optionalTimestamp("oldest") else { return nil }
        return WaitingTelemetry(oldest: oldest, overflow: try row.optionalTimestamp("overflow"))
    }

    /// How requests were split, by generation.
    private func splits(of rollout: Rollout) throws -> [Int64: RoutedSplit] {
        var splits: [Int64: RoutedSplit] = [:]
        for row in try self.connection.query(
            RouteStatements.selectWeights,
            [.text(rollout.model.text), .int64(rollout.id.number)]
        ) {
            splits[try row.decode("generation")] = RoutedSplit(
                canary: try row.weight("canary_weight_bp"),
                baseline: try row.weight("baseline_weight_bp")
            )
        }
        return splits
    }

    func recentEvidence(of rollout: RolloutID, since moment: Timestamp) throws -> RecentEvidence {
        var recent = RecentEvidence()
        for row in try self.connection.query(
            TelemetryStatements.selectRecent,
            [.int64(rollout.number), moment.parameter]
        ) {
            let outcomes = try OutcomeCounts(row: row)
            switch try row.decode("cohort", as: String.self) {
            case Cohort.canary.rawValue:
                recent.canary.merge(outcomes)
                recent.connectFailureRun = try row.decode("connect_failure_run")
            default:
                recent.stable.merge(outcomes)
                recent.stableConnectFailureRun = max(
                    recent.stableConnectFailureRun,
                    try row.decode("connect_failure_run")
                )
            }
        }
        for row in try self.connection.query(
            TelemetryStatements.selectRecentPairs,
            [.int64(rollout.number), moment.parameter]
        ) {
            let pairs: PairOutcomes = try StoredJSON.decode(row.decode("outcomes", as: String.self))
            recent.canary.merge(pairs.canary)
        }
        return recent
    }

    func canaryRequests(of rollout: RolloutID) throws -> Int64 {
        try self.connection.query(TelemetryStatements.selectCanaryRequests, [.int64(rollout.number)]).exactlyOne()
            .decode("requests")
    }

    func traffic(of model: ModelName, since moment: Timestamp) throws -> [VersionTraffic] {
        struct Arm: Hashable {
            let version: VersionName
            let cohort: Cohort
        }
        var tallies: [Arm: CohortTally] = [:]
        for row in try self.connection.query(TelemetryStatements.selectTraffic, [.text(model.text), moment.parameter]) {
            guard let cohort = Cohort(rawValue: try row.decode("cohort")) else { continue }
            let arm = Arm(version: try VersionName(row.decode("version")), cohort: cohort)
            tallies[arm, default: CohortTally()].merge(try CohortTally(row: row))
        }
        return tallies.map { VersionTraffic(version: $0.key.version, cohort: $0.key.cohort, tally: $0.value) }
            .sorted { ($0.version, $0.cohort.rawValue) < ($1.version, $1.cohort.rawValue) }
    }
}

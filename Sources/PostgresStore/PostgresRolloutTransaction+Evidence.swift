import PostgresClient
import RolloutCore
import RolloutEngine

extension PostgresRolloutTransaction {
    func takeEvidence(of rollout: Rollout, tick: Int64, before cutoff: Timestamp) throws -> [EvidenceStratum] {
        try self.assemble(
            self.connection.query(
                TelemetryStatements.takeEvidence,
                [.int64(rollout.id.number), .int64(tick), cutoff.parameter]
            ),
            rollout
        )
    }

    func evidence(of rollout: Rollout, through tick: Int64) throws -> [EvidenceStratum] {
        try self.assemble(
            self.connection.query(TelemetryStatements.selectEvidence, [.int64(rollout.id.number), .int64(tick)]),
            rollout
        )
    }

    private func assemble(_ rows: PostgresRows, _ rollout: Rollout) throws -> [EvidenceStratum] {
        guard !rows.isEmpty else { return [] }
        var weights: [Int64: Weight] = [:]
        for row in try self.connection.query(
            RouteStatements.selectWeights,
            [.text(rollout.model.text), .int64(rollout.id.number)]
        ) {
            weights[try row.decode("generation")] = try Weight(
                basisPoints: row.decode("canary_weight_bp", as: Int.self)
            )
        }
        var assembly = StratumAssembly(intervalSeconds: rollout.plan.intervalSeconds, weights: weights)
        for row in rows { try assembly.add(row) }
        return assembly.ordered
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
            default: recent.stable.merge(outcomes)
            }
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

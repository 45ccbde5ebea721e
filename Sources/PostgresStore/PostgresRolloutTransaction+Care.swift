import PostgresClient
import RolloutCore
import RolloutEngine

extension PostgresRolloutTransaction {
    func stampKey() throws -> Salt {
        try Salt(row: self.connection.query(LabelStatements.stampKey).exactlyOne(), columns: "stamp")
    }

    func pinnedRequests(of model: ModelName, since: Timestamp) throws -> [PinnedTally] {
        var tallies: [PinnedTally] = []
        for row in try self.connection.query(CareStatements.selectPinned, [.text(model.text), since.parameter]) {
            let version = try VersionName(row.decode("version"))
            if tallies.last?.version != version {
                tallies.append(PinnedTally(model: model, version: version, outcomes: OutcomeCounts()))
            }
            let name: String = try row.decode("outcome")
            guard let outcome = Outcome.allCases.first(where: { $0.name == name }) else {
                throw CorruptRow(description: "pinned requests have the unknown outcome '\(name)'")
            }
            tallies[tallies.count - 1].outcomes[outcome] = try row.decode("requests")
        }
        return tallies
    }

    func rescues(of rollout: RolloutID) throws -> RescueTally {
        let row = try self.connection.query(CareStatements.selectRescues, [.int64(rollout.number)]).exactlyOne()
        return RescueTally(
            repeated: try row.decode("repeated"),
            saved: try row.decode("saved"),
            missed: try row.decode("missed"),
            addedMicroseconds: try row.decode("added_microseconds")
        )
    }
}

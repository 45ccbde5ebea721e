import PostgresClient
import RolloutCore
import RolloutEngine

extension VersionMinute {
    func parameters(_ model: ModelName, _ version: VersionName) throws -> [PostgresParameter] {
        [.text(model.text), .text(version.text), self.minute.parameter] + self.tally.countParameters + [
            try self.tally.detail.parameter
        ]
    }

    init(row: PostgresRow) throws {
        self.init(minute: try row.timestamp("minute"), tally: try CohortTally(counts: row, prefix: ""))
    }
}

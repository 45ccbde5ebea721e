import PostgresClient
import RolloutCore
import RolloutEngine

extension StoredBaseline {
    init(row: PostgresRow) throws {
        self.init(
            model: try ModelName(row.decode("model")),
            version: try VersionName(row.decode("version", as: String.self)),
            baseline: try StoredJSON.decode(row.decode("baseline", as: String.self)),
            createdAt: try row.timestamp("created_at")
        )
    }

    var parameters: [PostgresParameter] {
        get throws {
            [
                .text(self.model.text), .text(self.version.text), try StoredJSON.parameter(self.baseline),
                self.createdAt.parameter,
            ]
        }
    }
}

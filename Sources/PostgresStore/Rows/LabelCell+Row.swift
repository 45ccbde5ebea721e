import PostgresClient
import RolloutCore
import RolloutEngine

extension LabelCell {
    func parameters(_ model: ModelName) throws -> [PostgresParameter] {
        [
            .text(model.text), .text(self.key.version.text), .text(self.key.cohort.rawValue),
            .optional(self.key.rollout?.number), .int64(self.key.generation), self.key.intervalStart.parameter,
            .text(self.key.age.rawValue), self.receivedAt.parameter, .int64(self.quality.overall.labelled),
            try StoredJSON.parameter(self.quality),
        ]
    }
}

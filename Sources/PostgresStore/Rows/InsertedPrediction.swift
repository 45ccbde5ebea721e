import RolloutCore

/// A predicted row as the statement takes it.
struct InsertedPrediction: Encodable {
    let at: Int64
    let request: String
    let row: Int
    let model: String
    let version: String
    let cohort: String
    let rollout: Int64?
    let generation: Int64
    let key: String?
    let prediction: Prediction
    let slices: [String]

    /// Nil when no version is judged by the request: its labels count for none.
    init?(_ record: PredictionRecord) {
        guard let cohort = record.stamp.cohort else { return nil }
        // By the gateway's clock as its id has it, so that feedback which brings only the id finds it.
        self.at = record.stamp.routedAt.microseconds
        self.request = record.requestID
        self.row = record.row
        self.model = record.model.text
        self.version = record.version.text
        self.cohort = cohort.rawValue
        self.rollout = record.rollout?.number
        self.generation = record.stamp.generation
        self.key = record.key.flatMap { $0.isIndexable ? $0 : nil }
        self.prediction = record.prediction
        self.slices = record.slices
    }
}

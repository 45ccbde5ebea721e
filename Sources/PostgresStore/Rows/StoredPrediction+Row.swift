import PostgresClient
import RolloutCore
import RolloutEngine

/// A predicted row by its name, as statements take it.
struct NamedPrediction: Encodable {
    let at: Int64
    let request: String
    let row: Int

    init(_ id: PredictionID) {
        self.at = id.predictedAt.microseconds
        self.request = id.requestID
        self.row = id.row
    }
}

extension PredictionID {
    init(row: PostgresRow) throws {
        self.init(
            requestID: try row.decode("request_id"),
            row: try row.decode("request_row"),
            predictedAt: try row.timestamp("predicted_at")
        )
    }
}

extension StoredPrediction {
    init(row: PostgresRow) throws {
        let text: String = try row.decode("cohort")
        guard let cohort = Cohort(rawValue: text) else {
            throw CorruptRow(description: "a prediction has the unknown cohort '\(text)'")
        }
        self.init(
            id: try PredictionID(row: row),
            cohort: cohort,
            generation: try row.decode("generation"),
            key: try row.decode("key"),
            prediction: try StoredJSON.decode(row.decode("prediction", as: String.self)),
            slices: try StoredJSON.decode(row.decode("slices", as: String.self))
        )
    }
}

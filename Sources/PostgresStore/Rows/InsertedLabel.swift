import RolloutCore
import RolloutEngine

/// One label as the statement takes it.
struct InsertedLabel: Encodable {
    let at: Int64
    let request: String
    let row: Int
    let key: String?
    let label: LabelValue
    let received: Int64

    init(_ record: LabelRecord) {
        self.at = record.id.predictedAt.microseconds
        self.request = record.id.requestID
        self.row = record.id.row
        self.key = record.key.flatMap { $0.isIndexable ? $0 : nil }
        self.label = record.label
        self.received = record.receivedAt.microseconds
    }
}

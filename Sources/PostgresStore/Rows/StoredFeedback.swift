import RolloutCore
import RolloutEngine

extension Feedback.Reference {
    /// The text that names it among the kept ones.
    var column: String {
        switch self {
        case .request(let id, let row): "request:\(id)#\(row)"
        case .key(let key): "key:\(key)"
        }
    }
}

/// Kept feedback as a document.
struct StoredFeedback: Codable {
    let request: String?
    let row: Int?
    let key: String?
    let label: LabelValue
    let prediction: Prediction?
    let slices: [String: String]

    init(_ feedback: Feedback) {
        switch feedback.reference {
        case .request(let id, let row): (self.request, self.row, self.key) = (id, row, nil)
        case .key(let key): (self.request, self.row, self.key) = (nil, nil, key)
        }
        self.label = feedback.label
        self.prediction = feedback.prediction
        self.slices = feedback.slices
    }

    var feedback: Feedback {
        get throws {
            let reference: Feedback.Reference
            if let key {
                reference = .key(key)
            } else if let request, let row {
                reference = .request(request, row: row)
            } else {
                throw CorruptRow(description: "kept feedback names neither a request nor a key")
            }
            return Feedback(reference: reference, label: self.label, prediction: self.prediction, slices: self.slices)
        }
    }
}

struct InsertedPending: Encodable {
    let reference: String
    let feedback: StoredFeedback
    let reason: String
    let hopeful: Bool

    init(_ pending: PendingFeedback) {
        self.reference = pending.feedback.reference.column
        self.feedback = StoredFeedback(pending.feedback)
        self.reason = pending.reason
        self.hopeful = pending.isHopeful
    }
}

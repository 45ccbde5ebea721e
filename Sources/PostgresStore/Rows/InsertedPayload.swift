import RolloutCore

/// A kept payload as the statement takes it.
struct InsertedPayload: Encodable {
    let at: Int64
    let requestID: String
    let model: String
    let version: String
    let status: Int
    let request: String
    let response: String

    private enum CodingKeys: String, CodingKey {
        case at, model, version, status, request, response
        case requestID = "request_id"
    }

    init(_ sample: PayloadSample) {
        self.at = sample.at.microseconds
        self.requestID = sample.requestID
        self.model = sample.model.text
        self.version = sample.version.text
        self.status = sample.status
        self.request = sample.request
        self.response = sample.response
    }
}

/// A request with its answer, both whole, and how long the answer took.
package struct PayloadExchange: Hashable, Sendable {
    /// The request's path, with or without a query.
    package var path: String
    /// The value of the header that a model's key is in.
    package var key: String?
    package var request: PayloadMessage
    /// The answer's status code.
    package var status: Int
    package var response: PayloadMessage
    /// Since the request was sent, until the first byte of the answer's body.
    package var firstByteMicroseconds: Int64
    /// Since the request was sent, until the last byte.
    package var totalMicroseconds: Int64

    package init(
        path: String,
        key: String? = nil,
        request: PayloadMessage,
        status: Int,
        response: PayloadMessage,
        firstByteMicroseconds: Int64 = 0,
        totalMicroseconds: Int64 = 0
    ) {
        self.path = path
        self.key = key
        self.request = request
        self.status = status
        self.response = response
        self.firstByteMicroseconds = firstByteMicroseconds
        self.totalMicroseconds = totalMicroseconds
    }
}

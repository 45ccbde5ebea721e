/// A request or an answer as the tap copied it.
package struct PayloadMessage: Hashable, Sendable {
    package var contentType: String?
    package var contentEncoding: String?
    package var body: [UInt8]
    /// Whether the body still has its chunked transfer coding.
    package var isChunked: Bool
    /// `Inference-Header-Content-Length`: bytes of JSON before the raw tensors; without it the JSON's own end is taken.
    package var inferenceHeaderLength: Int?

    package init(
        contentType: String? = nil,
        contentEncoding: String? = nil,
        body: [UInt8] = [],
        isChunked: Bool = false,
        inferenceHeaderLength: Int? = nil
    ) {
        self.contentType = contentType
        self.contentEncoding = contentEncoding
        self.body = body
        self.isChunked = isChunked
        self.inferenceHeaderLength = inferenceHeaderLength
    }

    var isEventStream: Bool {
        self.contentType.map { $0.lowercased().hasPrefix("text/event-stream") } ?? false
    }
}

import NIOCore

/// A request or an answer as the tap keeps it.
struct KeptMessage: Sendable {
    /// As it came, to be parsed again.
    var head = ByteBuffer()
    var body = KeptBody()
    /// The body still has its chunked coding.
    var isChunked = false

    var count: Int { self.head.readableBytes + self.body.count }
    /// Bytes of memory that it keeps from being freed.
    var heldBytes: Int { self.head.readableBytes + self.body.heldBytes }

    /// Copies both messages into one piece, so that the buffers they were read into can be used again.
    static func pack(_ request: inout KeptMessage, _ response: inout KeptMessage) {
        var memory = ByteBufferAllocator().buffer(capacity: request.count + response.count)
        request.write(to: &memory)
        response.write(to: &memory)
        request.takePlace(in: &memory)
        response.takePlace(in: &memory)
    }

    private func write(to memory: inout ByteBuffer) {
        memory.writeImmutableBuffer(self.head)
        self.body.write(to: &memory)
    }

    private mutating func takePlace(in memory: inout ByteBuffer) {
        let body = self.body.count
        self.head = memory.readSlice(length: self.head.readableBytes) ?? ByteBuffer()
        self.body = KeptBody(packed: memory.readSlice(length: body))
    }
}

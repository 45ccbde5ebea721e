import Sockets

/// One message as it passed, copied: its head and what has come of its body.
struct KeptMessage: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Where the body begins in `bytes`.
    private(set) var headCount = 0
    /// The body still has its chunked coding.
    private(set) var isChunked = false

    /// Bytes of memory that it takes up.
    var heldBytes: Int { self.bytes.capacity }
    var bodyCount: Int { self.bytes.count - self.headCount }

    /// - Parameter bodySize: Bytes of the body that are expected.
    mutating func begin(_ head: RawSpan, isChunked: Bool, bodySize: Int) {
        self.bytes.reserveCapacity(head.byteCount + bodySize)
        self.bytes.append(contentsOf: head)
        self.headCount = head.byteCount
        self.isChunked = isChunked
    }

    mutating func append(_ part: RawSpan) { self.bytes.append(contentsOf: part) }

    /// A copy of the body.
    var body: [UInt8] { Array(self.bytes[self.headCount...]) }
}

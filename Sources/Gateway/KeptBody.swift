import NIOCore

/// A body as it passed, in slices of what was read; small pieces behind the first one are copied together.
struct KeptBody: Sendable {
    /// Smaller pieces, as of a token stream, would hold on to far more memory than they fill.
    private static let copyLimit = 1_024

    /// Most bodies come in one.
    private var first: ByteBuffer?
    private var slices: [ByteBuffer] = []
    /// Own bytes behind `slices`.
    private var tail: ByteBuffer?
    /// Bytes of the body so far.
    private(set) var count = 0
    /// Bytes of memory that it keeps from being freed.
    private(set) var heldBytes = 0

    init() {}

    /// A body that shares its memory with others, so that it holds only its own bytes.
    init(packed: ByteBuffer?) {
        self.first = packed
        self.count = packed?.readableBytes ?? 0
        self.heldBytes = self.count
    }

    mutating func append(_ part: ByteBuffer) {
        self.count += part.readableBytes
        if self.first == nil {
            self.first = part
            self.heldBytes += part.storageCapacity
        } else if part.readableBytes > Self.copyLimit {
            if let tail = self.tail {
                self.slices.append(tail)
                self.tail = nil
            }
            self.slices.append(part)
            self.heldBytes += part.storageCapacity
        } else {
            var tail = self.tail ?? ByteBuffer()
            self.tail = nil  // Else writing would copy what is there.
            self.heldBytes -= tail.storageCapacity
            tail.writeImmutableBuffer(part)
            self.heldBytes += tail.storageCapacity
            self.tail = tail
        }
    }

    func write(to buffer: inout ByteBuffer) {
        if let first = self.first { buffer.writeImmutableBuffer(first) }
        for slice in self.slices { buffer.writeImmutableBuffer(slice) }
        if let tail = self.tail { buffer.writeImmutableBuffer(tail) }
    }

    /// A copy of all bytes.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(self.count)
        if let first = self.first { bytes += first.readableBytesView }
        for slice in self.slices { bytes += slice.readableBytesView }
        if let tail = self.tail { bytes += tail.readableBytesView }
        return bytes
    }
}

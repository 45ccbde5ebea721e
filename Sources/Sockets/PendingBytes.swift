/// Bytes that wait for the kernel to take them. Holds no memory while it is empty.
struct PendingBytes {
    private var bytes: [UInt8] = []
    private var start = 0

    var count: Int { self.bytes.count - self.start }
    var isEmpty: Bool { self.bytes.count == self.start }

    mutating func append(_ more: UnsafeRawBufferPointer) {
        if more.isEmpty { return }
        // What has gone out is dropped before the memory grows for it.
        if self.start > 0, self.bytes.count + more.count > self.bytes.capacity {
            self.bytes.removeFirst(self.start)
            self.start = 0
        }
        self.bytes.append(contentsOf: more)
    }

    mutating func removeFirst(_ count: Int) {
        self.start += count
        if self.isEmpty { self.removeAll() }
    }

    mutating func removeAll() {
        self.bytes = []
        self.start = 0
    }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        self.bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[self.start...])) }
    }
}

import HTTPWire

/// Records of the access log that travel together, with the bytes of their requests. Bounded: what doesn't fit is counted.
package struct AccessBatch: Sendable {
    /// Where the texts of one record are in `texts`: one behind the other.
    struct Lengths: Sendable {
        var client: UInt16
        var method: UInt16
        var path: UInt16
        var trace: UInt16
    }

    private(set) var records: [(record: AccessRecord, lengths: Lengths)] = []
    private(set) var texts: [UInt8] = []
    /// Records that found no room.
    package private(set) var dropped = 0

    /// Records at most.
    package static let recordLimit = 1_024
    /// Bytes of each text that are kept; of a longer one it is the beginning.
    static let methodLimit = 32
    static let pathLimit = 1_024
    static let traceLimit = 32

    package init() {}

    package var count: Int { self.records.count }
    package var isEmpty: Bool { self.records.isEmpty && self.dropped == 0 }

    /// - Parameters:
    ///   - client: Its address.
    ///   - method: Empty where the head was refused, as is `path`.
    ///   - path: Without query.
    ///   - trace: The trace's id in hexadecimal digits; empty without one.
    package mutating func append(
        _ record: AccessRecord,
        client: [UInt8],
        method: RawSpan,
        path: RawSpan,
        trace: RawSpan
    ) {
        guard self.records.count < Self.recordLimit else {
            self.dropped += 1
            return
        }
        let start = self.texts.count
        self.texts.append(contentsOf: client.prefix(64))
        let clientEnd = self.texts.count
        let lengths = Lengths(
            client: UInt16(clientEnd - start),
            method: self.keep(method, limit: Self.methodLimit),
            path: self.keep(path, limit: Self.pathLimit),
            trace: self.keep(trace, limit: Self.traceLimit)
        )
        self.records.append((record, lengths))
    }

    /// - Returns: Bytes kept.
    private mutating func keep(_ text: RawSpan, limit: Int) -> UInt16 {
        let count = min(text.byteCount, limit)
        for index in 0..<count { self.texts.append(text.byte(at: index)) }
        return UInt16(count)
    }
}

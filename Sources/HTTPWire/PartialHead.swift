/// Remembers what was seen of a head that is not complete yet, so that a peer that sends single bytes costs little.
///
/// A head is parsed again only when another line has ended, or when it has grown to the limit: with the bound on
/// the number of fields that bounds the work.
package struct PartialHead: Equatable, Sendable {
    private var scanned = 0

    package init() {}

    /// Nothing of the head was seen yet.
    package var isEmpty: Bool { self.scanned == 0 }

    /// Whether parsing `bytes`, all that has arrived of the head, can tell more than the last time.
    package mutating func isWorthParsing(_ bytes: RawSpan, limits: HeadLimits) -> Bool {
        let count = bytes.byteCount
        defer { self.scanned = count }
        if self.scanned == 0 || count >= limits.headSize { return true }
        for offset in min(self.scanned, count)..<count
        where bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self) == Octet.lineFeed {
            return true
        }
        return false
    }

    package mutating func reset() { self.scanned = 0 }
}

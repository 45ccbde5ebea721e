/// Remembers what was seen of a head that is not complete yet, so that a peer that sends single bytes costs little.
///
/// A head is parsed again only when another line has ended, when it has grown to the limit, or while it is short: with
/// the bound on the number of fields that bounds the work.
package struct PartialHead: Equatable, Sendable {
    /// Up to this number of bytes a head is looked at whenever some arrive, so that what is no HTTP at all is refused at
    /// once; a defect further on is told when its line has ended.
    private static let eagerCount = 256

    private var scanned = 0

    package init() {}

    /// Nothing of the head was seen yet.
    package var isEmpty: Bool { self.scanned == 0 }

    /// Whether parsing `bytes`, all that has arrived of the head, can tell more than the last time.
    package mutating func isWorthParsing(_ bytes: RawSpan, limits: HeadLimits) -> Bool {
        let count = bytes.byteCount
        defer { self.scanned = count }
        if self.scanned < Self.eagerCount || count >= limits.headSize { return true }
        for offset in min(self.scanned, count)..<count
        where bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self) == Octet.lineFeed {
            return true
        }
        return false
    }

    package mutating func reset() { self.scanned = 0 }

    /// How many of the first `count` bytes a refusal may rest on, so that it doesn't depend on how they arrived.
    static func settledCount(_ bytes: UnsafePointer<UInt8>, _ count: Int, limits: HeadLimits) -> Int {
        if count <= self.eagerCount || count >= limits.headSize { return count }
        var settled = count
        while settled > self.eagerCount, bytes[settled - 1] != Octet.lineFeed { settled -= 1 }
        return settled
    }
}

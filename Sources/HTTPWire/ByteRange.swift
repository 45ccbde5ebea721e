/// A run of bytes of the message that was parsed, as offsets from the first byte that was handed to the parser.
package struct ByteRange: Equatable, Sendable {
    package var start: Int32
    package var count: Int32

    package static let empty = ByteRange(start: 0, count: 0)

    package var end: Int { Int(self.start) + Int(self.count) }
    package var bounds: Range<Int> { Int(self.start)..<self.end }
    package var isEmpty: Bool { self.count == 0 }

    package init(start: Int32, count: Int32) {
        self.start = start
        self.count = count
    }

    package init(from start: Int, to end: Int) {
        self.start = Int32(truncatingIfNeeded: start)
        self.count = Int32(truncatingIfNeeded: end - start)
    }
}

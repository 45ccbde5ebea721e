/// The events of a `text/event-stream` that is all there, after the HTML standard's rules for parsing them.
///
/// The end of the body ends the stream; there need be no mark of the end in it.
struct EventStream {
    /// What an event's `data` fields hold.
    struct Event {
        /// `range` lies in these.
        let bytes: [UInt8]
        let range: Range<Int>
        /// Whether the empty line that ends an event came; without it the stream was cut, perhaps in the middle.
        let isComplete: Bool
    }

    private let bytes: [UInt8]
    private var position: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        self.position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The next event that has data.
    mutating func next() -> Event? {
        var single: Range<Int>?
        var joined: [UInt8]?
        while let line = self.nextLine() {
            if line.isEmpty {
                if let event = self.event(single, joined, isComplete: true) { return event }
                continue
            }
            guard let value = self.value(of: line) else { continue }
            if let first = single {
                joined = (joined ?? Array(self.bytes[first])) + [UInt8(ascii: "\n")] + self.bytes[value]
            } else {
                single = value
            }
        }
        return self.event(single, joined, isComplete: false)
    }

    private func event(_ single: Range<Int>?, _ joined: [UInt8]?, isComplete: Bool) -> Event? {
        if let joined { return Event(bytes: joined, range: 0..<joined.count, isComplete: isComplete) }
        return single.map { Event(bytes: self.bytes, range: $0, isComplete: isComplete) }
    }

    /// A line ends with CR, LF, both, or the body.
    private mutating func nextLine() -> Range<Int>? {
        guard self.position < self.bytes.count else { return nil }
        let start = self.position
        let end = self.endOfLine
        self.position = end + 1
        if end + 1 < self.bytes.count, self.bytes[end] == 0x0D, self.bytes[end + 1] == 0x0A { self.position += 1 }
        return start..<end
    }

    private var endOfLine: Int {
        let bytes = self.bytes.span
        var end = self.position
        while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end &+= 1 }
        return end
    }

    /// What follows `data:` and one space.
    private func value(of line: Range<Int>) -> Range<Int>? {
        let name = "data".utf8
        guard self.bytes[line].starts(with: name) else { return nil }
        let colon = line.lowerBound + name.count
        if colon == line.upperBound { return colon..<colon }
        guard self.bytes[colon] == UInt8(ascii: ":") else { return nil }
        let start = colon + 1
        let hasSpace = start < line.upperBound && self.bytes[start] == UInt8(ascii: " ")
        return (hasSpace ? start + 1 : start)..<line.upperBound
    }
}

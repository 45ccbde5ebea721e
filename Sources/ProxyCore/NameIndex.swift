import HTTPWire

/// Finds the number of a name by its bytes, without allocating: a table of slots, at most half of them taken.
struct NameIndex: Sendable {
    private let names: [(bytes: [UInt8], route: Int32)]
    /// Index in `names`; -1 where there is none.
    private let slots: [Int32]

    init(_ names: [(name: [UInt8], route: Int)]) {
        var size = 2
        while size < names.count * 2 { size *= 2 }
        var slots = [Int32](repeating: -1, count: size)
        for (index, entry) in names.enumerated() {
            var slot = Self.hash(entry.name) & (size - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(index)
        }
        self.names = names.map { (bytes: $0.name, route: Int32($0.route)) }
        self.slots = slots
    }

    func find(_ name: RawSpan) -> Int? {
        var slot = Self.hash(name) & (self.slots.count - 1)
        while self.slots[slot] >= 0 {
            let index = Int(self.slots[slot])
            if name.equals(self.names[index].bytes) { return Int(self.names[index].route) }
            slot = (slot + 1) & (self.slots.count - 1)
        }
        return nil
    }

    /// FNV-1a, folded to the low bits.
    private static func hash(_ name: RawSpan) -> Int {
        var hash = Self.start
        for index in 0..<name.byteCount { hash = Self.step(hash, name.byte(at: index)) }
        return Self.fold(hash)
    }

    private static func hash(_ name: [UInt8]) -> Int { Self.fold(name.reduce(Self.start, Self.step)) }

    private static let start: UInt64 = 0xCBF2_9CE4_8422_2325

    private static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

    private static func fold(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7FFF_FFFF) }
}

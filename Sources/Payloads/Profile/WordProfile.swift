import RolloutCore

/// Counts words, told apart by their bytes, without making a string of each.
struct WordProfile: Sendable {
    /// Words that are told apart between two drains; of more, those of the lowest ranks stay, as `ClassTally` keeps them.
    static let limit = 1_000
    /// Bytes of a word that count.
    static let wordLimit = 128
    /// Whole numbers below this are counted by themselves.
    private static let codes = 256

    private struct Word {
        let start: Int
        let length: Int
        let hash: UInt64
        var count: Int64
    }

    private var words: [Word] = []
    private var bytes: [UInt8] = []
    /// Open addressing: a word's place from 1, or 0.
    private var slots: [UInt16] = []
    /// Counts of 0, 1, 2 …; empty until one comes.
    private var codeCounts: [Int64] = []
    private var other: Int64 = 0
    /// Words of higher ranks are no longer told apart.
    private var highestRank = UInt64.max

    var isEmpty: Bool { self.words.isEmpty && self.codeCounts.isEmpty && self.other == 0 }

    /// - Parameter word: Valid UTF-8 of at most `wordLimit` bytes.
    mutating func add(_ word: Span<UInt8>, count: Int64 = 1) {
        if self.slots.count < 2 * (self.words.count + 1) { self.grow() }
        let hash = Self.hash(word)
        var slot = Int(truncatingIfNeeded: hash) & (self.slots.count - 1)
        while self.slots[slot] != 0 {
            let place = Int(self.slots[slot]) - 1
            if self.isEqual(place, word, hash: hash) {
                self.words[place].count += count
                return
            }
            slot = (slot + 1) & (self.slots.count - 1)
        }
        guard hash <= self.highestRank else {
            self.other += count
            return
        }
        self.words.append(Word(start: self.bytes.count, length: word.count, hash: hash, count: count))
        for index in word.indices { self.bytes.append(word[index]) }
        self.slots[slot] = UInt16(self.words.count)
        if self.words.count > Self.limit { self.trim() }
    }

    /// Keeps as many words as are reported.
    private mutating func trim() {
        self.words.sort { $0.hash < $1.hash }
        for word in self.words[ClassTally.limit...] { self.other += word.count }
        self.words.removeLast(self.words.count - ClassTally.limit)
        self.highestRank = self.words.last?.hash ?? .max
        let old = self.bytes
        self.bytes.removeAll(keepingCapacity: true)
        for index in self.words.indices {
            let word = self.words[index]
            let bytes = old[word.start..<word.start + word.length]
            self.words[index] = Word(start: self.bytes.count, length: word.length, hash: word.hash, count: word.count)
            self.bytes.append(contentsOf: bytes)
        }
        self.fillSlots()
    }

    mutating func add(_ word: String) {
        let short = word.cut(toBytes: Self.wordLimit)
        self.add(short.utf8.span)
    }

    /// Counts a number under the name of a class, so that `3` and `3.0` are one.
    mutating func add(_ number: Double) {
        if number >= 0, number < Double(Self.codes), number.rounded(.towardZero) == number {
            if self.codeCounts.isEmpty { self.codeCounts = [Int64](repeating: 0, count: Self.codes) }
            self.codeCounts[Int(number)] += 1
        } else {
            self.add(LabelValue.number(number).category)
        }
    }

    /// What was counted since the last time; nothing is left.
    mutating func drain() -> ClassTally {
        let tally = self.tally
        self.removeAll()
        return tally
    }

    var tally: ClassTally {
        var counts = Dictionary(minimumCapacity: self.words.count)
        for word in self.words { counts[self.text(of: word), default: 0] += word.count }
        for (code, count) in self.codeCounts.enumerated() where count > 0 { counts["\(code)", default: 0] += count }
        return ClassTally(counts: counts, other: self.other)
    }

    /// The counts when all of them are of numbers, which leave.
    mutating func takeNumbers() -> [(number: Double, count: Int64)] {
        var numbers = self.codeCounts.enumerated().filter { $0.element > 0 }.map {
            (number: Double($0.offset), count: $0.element)
        }
        numbers += self.words.compactMap { word in
            Double(self.text(of: word)).map { (number: $0, count: word.count) }
        }
        self.removeAll()
        return numbers
    }

    private mutating func removeAll() {
        self.words.removeAll(keepingCapacity: true)
        self.bytes.removeAll(keepingCapacity: true)
        self.slots.removeAll(keepingCapacity: true)
        self.codeCounts.removeAll(keepingCapacity: true)
        self.other = 0
        self.highestRank = .max
    }

    private typealias Dictionary = Swift.Dictionary<String, Int64>

    private func text(of word: Word) -> String {
        String(decoding: self.bytes[word.start..<word.start + word.length], as: UTF8.self)
    }

    private func isEqual(_ place: Int, _ word: Span<UInt8>, hash: UInt64) -> Bool {
        let known = self.words[place]
        guard known.hash == hash, known.length == word.count else { return false }
        for index in 0..<known.length where self.bytes[known.start + index] != word[index] { return false }
        return true
    }

    private mutating func grow() {
        self.slots = [UInt16](repeating: 0, count: max(16, self.slots.count * 2))
        self.fillSlots()
    }

    /// Gives every word its slot.
    private mutating func fillSlots() {
        for index in self.slots.indices { self.slots[index] = 0 }
        for (place, word) in self.words.enumerated() {
            var slot = Int(truncatingIfNeeded: word.hash) & (self.slots.count - 1)
            while self.slots[slot] != 0 { slot = (slot + 1) & (self.slots.count - 1) }
            self.slots[slot] = UInt16(place + 1)
        }
    }

    /// `ClassTally.rank`.
    private static func hash(_ word: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in word.indices { hash = (hash ^ UInt64(word[index])) &* 0x100_0000_01B3 }
        return hash ^ hash >> 32
    }
}

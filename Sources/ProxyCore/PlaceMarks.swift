import RolloutCore

/// Which places something happened to, a bit each: so that no place is cut however many there are, which would not fall on
/// both cohorts alike.
struct PlaceMarks: Sendable {
    /// Nothing before the first mark, then 10 000 bytes.
    private var words: [UInt64] = []

    mutating func insert(_ place: Place) {
        if self.words.isEmpty { self.words = Array(repeating: 0, count: (Int(Place.count) + 63) / 64) }
        self.words[Int(place.number) / 64] |= 1 << UInt64(place.number % 64)
    }

    mutating func drain() -> PlaceSet {
        if self.words.isEmpty { return PlaceSet() }
        var places: [Place] = []
        for index in self.words.indices {
            var word = self.words[index]
            while word != 0 {
                places.append(Place(number: Int32(index * 64 + word.trailingZeroBitCount)))
                word &= word - 1
            }
            self.words[index] = 0
        }
        return PlaceSet(places)
    }
}

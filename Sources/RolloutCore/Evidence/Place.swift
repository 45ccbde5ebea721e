/// One of 80 000 equal places of the salted key space, eight in each bucket: what is drawn when assignment sticks to keys.
///
/// The salted hash puts keys on places independently and evenly, and a place's cohort follows from the weight alone. So places,
/// unlike the requests of a key, are exchangeable, however long or heavy a key's failures are. A request without a key takes
/// the place of the random number that it was drawn with.
package struct Place: Hashable, Sendable, Comparable {
    package static let count: Int64 = 80_000
    private static let perBucket: Int64 = 8

    /// 0…79 999.
    package let number: Int32

    /// - Precondition: `number` is in 0…79 999.
    package init(number: Int32) {
        precondition((0..<Int32(Self.count)).contains(number), "a place is numbered 0…79999")
        self.number = number
    }

    /// The place of a key's hash, or of a draw without a key; it lies inside `Bucket(uniform:)` of the same number.
    package init(uniform: UInt64) {
        self.number = Int32(uniform.multipliedFullWidth(by: UInt64(Self.count)).high)
    }

    /// How many places a canary of this weight has: the lowest ones.
    package static func count(ofCanary weight: Weight) -> Int64 { Int64(weight.basisPoints) * self.perBucket }

    /// Whether a canary of this weight takes the place.
    package func isCanary(at weight: Weight) -> Bool { Int64(self.number) < Self.count(ofCanary: weight) }

    /// How many places a baseline of this weight has: the highest ones, so that canary and baseline grow towards each other and no place
    /// goes from one to the other.
    package static func count(ofBaseline weight: Weight) -> Int64 { Int64(weight.basisPoints) * self.perBucket }

    /// Whether a baseline of this weight takes the place.
    package func isBaseline(at weight: Weight) -> Bool {
        Int64(self.number) >= Self.count - Self.count(ofBaseline: weight)
    }

    package static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

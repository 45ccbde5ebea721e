/// A share of a model's traffic in basis points, 0…10 000; all weights of a model sum to 10 000.
package struct Weight: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let basisPoints: UInt16

    package static let zero = Weight(unchecked: 0)
    package static let full = Weight(unchecked: 10_000)

    private init(unchecked basisPoints: UInt16) { self.basisPoints = basisPoints }

    /// - Throws: `InvalidValue` outside 0…10 000.
    package init(basisPoints: Int) throws(InvalidValue) {
        guard (0...10_000).contains(basisPoints) else {
            throw InvalidValue("a weight is 0 to 10000 basis points (500 = 5 %); got \(basisPoints)")
        }
        self.init(unchecked: UInt16(basisPoints))
    }

    /// What is left of the traffic for the others.
    package var complement: Weight { Weight(unchecked: 10_000 - self.basisPoints) }
    /// - Throws: `InvalidValue` when `other` is more than there is.
    package func less(_ other: Weight) throws(InvalidValue) -> Weight {
        try Weight(basisPoints: Int(self.basisPoints) - Int(other.basisPoints))
    }
    /// The share as a number in 0…1.
    package var share: Double { Double(self.basisPoints) / 10_000 }

    package var description: String {
        let whole = self.basisPoints / 100
        let rest = self.basisPoints % 100
        if rest == 0 { return "\(whole) %" }
        return rest % 10 == 0 ? "\(whole).\(rest / 10) %" : "\(whole).\(rest < 10 ? "0" : "")\(rest) %"
    }

    package static func < (a: Self, b: Self) -> Bool { a.basisPoints < b.basisPoints }
}

extension Weight: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(basisPoints: decoder.singleValueContainer().decode(Int.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Int(self.basisPoints))
    }
}

/// A moment as microseconds since 1970-01-01 00:00:00 UTC: PostgreSQL's resolution, so it survives storage unchanged.
package struct Timestamp: Hashable, Sendable, Comparable {
    package let microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }
    package init(seconds: Int64) { self.microseconds = seconds * 1_000_000 }

    /// Seconds from `earlier` to this moment; negative when this one lies before it.
    package func seconds(since earlier: Timestamp) -> Double { Double(self.microseconds - earlier.microseconds) / 1e6 }

    package func adding(seconds: Double) -> Timestamp {
        Timestamp(microseconds: self.microseconds + Int64((seconds * 1e6).rounded()))
    }

    /// The start of the interval of `length` whole seconds that holds this moment; intervals begin at the epoch.
    package func floored(toSeconds length: Int) -> Timestamp {
        let step = Int64(length) * 1_000_000
        let rest = self.microseconds % step
        return Timestamp(microseconds: self.microseconds - (rest < 0 ? rest + step : rest))
    }

    package static func < (a: Self, b: Self) -> Bool { a.microseconds < b.microseconds }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}

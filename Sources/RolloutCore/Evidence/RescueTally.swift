/// What became of requests that a canary failed, where the plan has a rescue; their outcomes are the canary's all the same.
package struct RescueTally: Hashable, Sendable {
    /// Repeated on stable.
    package var repeated: Int64
    /// Of those, answered by stable wholly and below 500: clients that saw no failure.
    package var saved: Int64
    /// Failed in a way the rule repairs, but not repeated: not kept, or stable had no room.
    package var missed: Int64
    /// Microseconds from the canary's failure to the end of stable's answer, summed over `saved`.
    package var addedMicroseconds: Int64

    package init(repeated: Int64 = 0, saved: Int64 = 0, missed: Int64 = 0, addedMicroseconds: Int64 = 0) {
        self.repeated = repeated
        self.saved = saved
        self.missed = missed
        self.addedMicroseconds = addedMicroseconds
    }

    package mutating func merge(_ other: RescueTally) {
        self.repeated += other.repeated
        self.saved += other.saved
        self.missed += other.missed
        self.addedMicroseconds += other.addedMicroseconds
    }

    package var isEmpty: Bool { self == RescueTally() }
}

extension RescueTally: Codable {
    private enum CodingKeys: String, CodingKey { case repeated, saved, missed, addedMicroseconds }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            repeated: try container.decode(forKey: .repeated, else: 0),
            saved: try container.decode(forKey: .saved, else: 0),
            missed: try container.decode(forKey: .missed, else: 0),
            addedMicroseconds: try container.decode(forKey: .addedMicroseconds, else: 0)
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.repeated, forKey: .repeated, unless: 0)
        try container.encode(self.saved, forKey: .saved, unless: 0)
        try container.encode(self.missed, forKey: .missed, unless: 0)
        try container.encode(self.addedMicroseconds, forKey: .addedMicroseconds, unless: 0)
    }
}

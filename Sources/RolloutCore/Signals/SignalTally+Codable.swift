import Statistics

extension SignalTally: Codable {
    private enum CodingKeys: String, CodingKey { case role, missing, mistyped }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            role: try container.decode(SignalRole.self, forKey: .role),
            missing: try container.decode(forKey: .missing, else: 0),
            mistyped: try container.decode(forKey: .mistyped, else: 0),
            values: try SignalValues(from: decoder)
        )
        guard SparseCounts.isCountable([self.missing, self.mistyped, self.present]) else {
            throw DecodingError.dataCorruptedError(
                forKey: .missing,
                in: container,
                debugDescription: "rows are not negative and together at most 2^53"
            )
        }
    }

    /// One object: the values stand beside the counts.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.role, forKey: .role)
        try container.encode(self.missing, forKey: .missing, unless: 0)
        try container.encode(self.mistyped, forKey: .mistyped, unless: 0)
        try self.values.encode(to: encoder)
    }
}

extension SignalValues: Codable {
    private enum CodingKeys: String, CodingKey { case numbers, classes }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let numbers = try container.decodeIfPresent(NumberTally.self, forKey: .numbers) {
            self = .numbers(numbers)
        } else {
            self = .classes(try container.decode(ClassTally.self, forKey: .classes))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .numbers(let numbers): try container.encode(numbers, forKey: .numbers)
        case .classes(let classes): try container.encode(classes, forKey: .classes)
        }
    }
}

extension NumberTally: Codable {
    private enum CodingKeys: String, CodingKey { case grid, counts, moments }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            grid: try container.decode(ValueGrid.self, forKey: .grid),
            counts: try container.decode(forKey: .counts, else: SparseCounts()),
            moments: try container.decode(forKey: .moments, else: Moments())
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.grid, forKey: .grid)
        try container.encode(self.counts, forKey: .counts, unless: SparseCounts())
        try container.encode(self.moments.storable, forKey: .moments, unless: Moments())
    }
}

extension ClassTally: Codable {
    private enum CodingKeys: String, CodingKey { case counts, other }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let counts: [String: Int64] = try container.decode(forKey: .counts, else: [:])
        let other: Int64 = try container.decode(forKey: .other, else: 0)
        guard SparseCounts.isCountable(counts.values + [other]) else {
            throw DecodingError.dataCorruptedError(
                forKey: .counts,
                in: container,
                debugDescription: "counts are not negative and together at most 2^53"
            )
        }
        self.init(counts: counts, other: other)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.counts, forKey: .counts, unless: [:])
        try container.encode(self.other, forKey: .other, unless: 0)
    }
}

extension Moments {
    /// Numbers so large that their squares have no finite sum have no moments that JSON could hold; the histogram beside them stays.
    var storable: Moments { self.mean.isFinite && self.squaredDeviations.isFinite ? self : Moments() }
}

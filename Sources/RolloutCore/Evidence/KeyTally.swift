/// What keys did in some time, for rollouts whose assignment sticks to them: sets of places, which merge by union.
package struct KeyTally: Hashable, Sendable {
    /// Places with at least one failed request (`Outcome.isError`).
    package var failed: PlaceSet
    /// Places with at least one request that its client gave up.
    package var aborted: PlaceSet

    package init(failed: PlaceSet = .init(), aborted: PlaceSet = .init()) {
        self.failed = failed
        self.aborted = aborted
    }

    package mutating func merge(_ other: KeyTally) {
        self.failed.formUnion(other.failed)
        self.aborted.formUnion(other.aborted)
    }

    package var isEmpty: Bool { self.failed.isEmpty && self.aborted.isEmpty }
}

/// Places, each once.
package struct PlaceSet: Hashable, Sendable {
    /// Ascending.
    package private(set) var places: [Place]

    package init() { self.places = [] }

    /// In any order; one that is named twice counts once.
    package init(_ places: some Sequence<Place>) {
        self.places = places.sorted()
        guard var last = self.places.first else { return }
        var distinct = [last]
        for place in self.places where place != last {
            distinct.append(place)
            last = place
        }
        self.places = distinct
    }

    package var isEmpty: Bool { self.places.isEmpty }

    package mutating func formUnion(_ other: PlaceSet) {
        if other.isEmpty { return }
        self = self.isEmpty ? other : PlaceSet(self.places + other.places)
    }
}

extension KeyTally: Codable {
    private enum CodingKeys: String, CodingKey { case failed, aborted }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            failed: try container.decode(forKey: .failed, else: PlaceSet()),
            aborted: try container.decode(forKey: .aborted, else: PlaceSet())
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.failed, forKey: .failed, unless: PlaceSet())
        try container.encode(self.aborted, forKey: .aborted, unless: PlaceSet())
    }
}

/// An ascending array of numbers.
extension PlaceSet: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let numbers = try container.decode([Int32].self)
        guard numbers.allSatisfy({ $0 >= 0 && Int64($0) < Place.count }) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a place is numbered 0…79999")
        }
        self.init(numbers.map(Place.init(number:)))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.places.map(\.number))
    }
}

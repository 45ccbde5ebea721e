import RolloutCore

/// What sticky traffic looks like in one interval, to every rule that counts it.
struct PlaceFailures: Sendable {
    /// Places with failing requests, and how many, each place once.
    let failures: [(place: Int, requests: Int64)]
    /// The canary has the places below this one.
    let canaryPlaces: Int
    /// Requests of each version.
    let requests: (canary: Int64, stable: Int64)
    /// Keys of each version that made a request.
    let activeKeys: (canary: Int64, stable: Int64)

    /// Places that a key's hash can fall on.
    static let places = Int(Place.count)

    /// Failing requests of all requests.
    var byRequest: BinaryCounts {
        let bad1 = failures.reduce(0) { $1.place < canaryPlaces ? $0 + $1.requests : $0 }
        let bad0 = failures.reduce(0) { $1.place < canaryPlaces ? $0 : $0 + $1.requests }
        return counts(bad: (bad1, bad0), all: requests)
    }

    /// Failing keys of all keys that made a request.
    var byKey: BinaryCounts {
        let bad1 = Int64(failures.count { $0.place < canaryPlaces })
        return counts(bad: (bad1, Int64(failures.count) - bad1), all: activeKeys)
    }

    private func counts(bad: (Int64, Int64), all: (canary: Int64, stable: Int64)) -> BinaryCounts {
        BinaryCounts(
            bad1: bad.0,
            all1: max(all.canary, bad.0),
            bad0: bad.1,
            all0: max(all.stable, bad.1),
            share: Double(canaryPlaces) / Double(Self.places)
        )
    }
}

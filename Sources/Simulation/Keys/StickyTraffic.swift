internal import RealModule

/// Requests of keys that stay with one version, and fail in bursts.
struct StickyTraffic: Sendable {
    /// Requests in an interval, of both versions.
    var requests = 2_000.0
    /// Keys that make all requests; `nil` when every burst is of a new key, as if each came once.
    var keys: Int?
    /// The probability that a request fails, and by how much it grows in an interval.
    var errorShare = 0.01
    var errorGrowth = 0.0
    /// Failing requests in a burst on average; their number is geometric.
    var meanBurst = 1.0
    /// Intervals in a row that a burst is spread over.
    var span = 1
    /// The share of bursts that one key in a hundred makes, in 0…1.
    var heavyShare = 0.0
    /// What the canary's keys fail more often by, and from which interval on.
    var harm = 1.0
    var harmStart = 1
    /// The canary's share of keys by interval, in 0…1.
    var share: @Sendable (_ interval: Int) -> Double = { _ in 0.05 }
    /// Whether a key stays with one version; otherwise every request of a burst is drawn by itself.
    var isSticky = true

    func scenario(_ name: String) -> Scenario<PlaceFailures> {
        Scenario(name, harm > 1 ? .worse(from: harmStart) : .alike) { random in
            var population = Population(self, &random)
            return { population.next(&$0) }
        }
    }

    private struct Population {
        let traffic: StickyTraffic
        /// The place of each key.
        let places: [Int]
        var interval = 0
        var canaryPlaces = 0
        /// What the canary fails more often by, now.
        var harm = 1.0
        /// Bursts that go on: the place and the failing requests of each interval to come.
        var bursts: [(place: Int, requests: [Int64])] = []

        init(_ traffic: StickyTraffic, _ random: inout SeededRandom) {
            self.traffic = traffic
            places = (0..<(traffic.keys ?? 0)).map { _ in random.index(below: PlaceFailures.places) }
        }

        mutating func next(_ random: inout SeededRandom) -> PlaceFailures {
            interval += 1
            let share = traffic.share(interval)
            canaryPlaces = Int((share * Double(PlaceFailures.places)).rounded())
            harm = interval >= traffic.harmStart ? traffic.harm : 1
            beginBursts(&random)
            let keyShare =
                places.isEmpty ? share : Double(places.count { $0 < canaryPlaces }) / Double(places.count)
            return PlaceFailures(
                failures: takeFailures(&random),
                canaryPlaces: canaryPlaces,
                requests: split(traffic.requests, keyShare, &random),
                activeKeys: split(activeKeys, keyShare, &random)
            )
        }

        /// Failures are drawn at the canary's rate everywhere; of stable's only as many are kept as its own rate is less.
        private func isKept(_ place: Int, _ random: inout SeededRandom) -> Bool {
            place < canaryPlaces || harm == 1 || random.bernoulli(1 / harm)
        }

        private mutating func beginBursts(_ random: inout SeededRandom) {
            let errors = traffic.errorShare + traffic.errorGrowth * Double(interval)
            let mean = traffic.requests * errors / max(traffic.meanBurst, Double(traffic.span)) * harm
            for _ in 0..<random.poisson(mean: mean) {
                let place = drawPlace(&random)
                if traffic.isSticky, !isKept(place, &random) { continue }
                let size = max(random.geometric(mean: traffic.meanBurst), traffic.span)
                let requests = (0..<traffic.span).map { Int64((size + $0) / traffic.span) }
                bursts.append((place, requests))
            }
        }

        private func drawPlace(_ random: inout SeededRandom) -> Int {
            guard !places.isEmpty else { return random.index(below: PlaceFailures.places) }
            let isHeavy = traffic.heavyShare > 0 && random.bernoulli(traffic.heavyShare)
            return places[random.index(below: isHeavy ? max(1, places.count / 100) : places.count)]
        }

        private mutating func takeFailures(_ random: inout SeededRandom) -> [(place: Int, requests: Int64)] {
            var failures: [Int: Int64] = [:]
            for index in bursts.indices {
                let requests = bursts[index].requests.removeFirst()
                if traffic.isSticky {
                    failures[bursts[index].place, default: 0] += requests
                } else {
                    for _ in 0..<requests {
                        let place = random.index(below: PlaceFailures.places)
                        if isKept(place, &random) { failures[place, default: 0] += 1 }
                    }
                }
            }
            bursts.removeAll { $0.requests.isEmpty }
            return failures.sorted { $0.key < $1.key }.map { (place: $0.key, requests: $0.value) }
        }

        /// Keys that make a request in an interval; three requests a key when keys are not told apart.
        private var activeKeys: Double {
            guard !places.isEmpty else { return traffic.requests / 3 }
            return Double(places.count) * (1 - .exp(-traffic.requests / Double(places.count)))
        }

        private func split(_ mean: Double, _ share: Double, _ random: inout SeededRandom) -> (Int64, Int64) {
            (random.poisson(mean: mean * share), random.poisson(mean: mean * (1 - share)))
        }
    }
}

import Statistics

/// The e-processes on failing places, which hold where assignment sticks to keys: a log-rank test.
///
/// Raw failures of one key are one draw, however many there are and however many intervals they span. If the version makes no
/// difference, when a key fails is settled whatever its cohort, and the salted hash spreads keys over places evenly. So given all
/// that was seen before, the places that fail for the k-th time in a stratum fall to the canary like a random draw from the places
/// that had not yet: hypergeometric at any weight, burst or change of the world.
struct PlaceProcesses: Sendable {
    private static let watchCount = 8
    /// A place counts when it fails in its 1st, 2nd, 4th and 8th stratum: one level would soon run out of few keys.
    private static let levels = [1, 2, 4, 8]

    private let rule: ShareComparison
    private let horizon: Int
    /// A failure late in a rollout is news to a watch that begins late; each has its own part of the error probability.
    private var watches: [FailingPlaces] = []
    private var proof: FailingPlaces
    private(set) var hasFailures = false

    /// - Parameter horizon: Strata planned until the deadline.
    init(_ rule: ShareComparison, horizon: Int) {
        self.rule = rule
        self.horizon = horizon
        self.proof = Self.newProof(rule)
    }

    private static func newProof(_ rule: ShareComparison) -> FailingPlaces {
        FailingPlaces([1: .nonInferiority(margin: rule.promotionOddsRatio)])
    }

    /// - Parameters:
    ///   - places: That failed in the stratum, in either cohort.
    ///   - interval: Of the stratum, counted from the warm-up.
    mutating func fold(_ places: PlaceSet, split: PlaceSplit, interval: Int, proves: Bool) {
        if !places.isEmpty { self.hasFailures = true }
        while self.watches.count < Self.watchCount, interval >= self.watches.count * self.horizon / Self.watchCount {
            self.watches.append(self.newWatch())
        }
        for index in self.watches.indices { self.watches[index].fold(places, split) }
        if proves { self.proof.fold(places, split) }
    }

    private func newWatch() -> FailingPlaces {
        var processes: [Int: StratifiedEProcess] = [:]
        var tolerance = self.rule.harmOddsRatio
        for level in Self.levels {
            if level > 1 { tolerance *= tolerance }  // The odds of failing so many times: a power of the ratio.
            processes[level] = .harm(tolerance: tolerance, startTimes: .spread(horizon: self.horizon))
        }
        return FailingPlaces(processes)
    }

    mutating func restartProof() { self.proof = Self.newProof(self.rule) }

    /// The largest ln E at any look, at least 0. The processes see different pasts, so it is the union bound that holds, not a mean.
    var harmLogE: Double {
        var largest = 0.0
        for (index, watch) in self.watches.enumerated() {
            let weight = index == 0 ? 0.5 : 0.5 / Double(Self.watchCount - 1)
            for level in Self.levels {
                let part = weight * (level == 1 ? 1.0 / 2 : 1.0 / 6)
                largest = max(largest, watch.largestLogE(ofLevel: level) - LogDomain.threshold(alpha: part))
            }
        }
        return largest
    }

    /// ln E against "worse than the margin", now.
    var promotionLogE: Double { self.proof.logE(ofLevel: 1) }
}

/// In how many strata each place failed, and a process for each count that is looked at.
private struct FailingPlaces: Sendable {
    private struct Level: Sendable {
        /// Strata.
        let count: Int
        var process: StratifiedEProcess
        /// Places that have got there, by the side they lie on at `split`.
        var reached: (canary: Int64, stable: Int64) = (0, 0)
    }

    private var levels: [Level]
    private var failures: [Place: Int] = [:]
    private var split: PlaceSplit?

    init(_ processes: [Int: StratifiedEProcess]) {
        self.levels = processes.sorted { $0.key < $1.key }.map { Level(count: $0.key, process: $0.value) }
    }

    mutating func fold(_ places: PlaceSet, _ split: PlaceSplit) {
        if split != self.split { self.recount(split) }
        var new = self.levels.map { _ in (canary: Int64(0), stable: Int64(0)) }
        for place in places.places {
            let count = self.failures[place, default: 0] + 1
            self.failures[place] = count
            guard let index = self.levels.firstIndex(where: { $0.count == count }) else { continue }
            switch split.side(of: place) {
            case .canary: new[index].canary += 1
            case .stable: new[index].stable += 1
            case nil: break
            }
        }
        for (index, new) in new.enumerated() {
            let reached = self.levels[index].reached
            let pair = try? Stratum(
                x1: new.canary,
                n1: split.canaryPlaces - reached.canary,
                x0: new.stable,
                n0: split.stablePlaces - reached.stable
            )
            if let pair { self.levels[index].process.fold(pair) }
            self.levels[index].reached = (reached.canary + new.canary, reached.stable + new.stable)
        }
    }

    /// A place's cohort follows from the weight, so a new weight moves places that have failed before.
    private mutating func recount(_ split: PlaceSplit) {
        self.split = split
        for index in self.levels.indices {
            var reached: (canary: Int64, stable: Int64) = (0, 0)
            for (place, count) in self.failures where count >= self.levels[index].count {
                switch split.side(of: place) {
                case .canary: reached.canary += 1
                case .stable: reached.stable += 1
                case nil: break
                }
            }
            self.levels[index].reached = reached
        }
    }

    func largestLogE(ofLevel count: Int) -> Double {
        self.levels.first { $0.count == count }?.process.largestLogE ?? 0
    }

    func logE(ofLevel count: Int) -> Double {
        self.levels.first { $0.count == count }?.process.logE ?? 0
    }
}

import Statistics

/// How values become buckets that both cohorts are counted in: the classes that stable had most, or its deciles and its ends.
///
/// Taken once from stable's past and kept: a stratum never chooses its own questions.
enum DistributionQuestions: Hashable, Sendable {
    /// Bucket i is class i; the last bucket is every other word.
    case classes([String])
    /// Bucket i ends with the i-th of these buckets of the grid; the last bucket is beyond all.
    case cuts([Int32], ValueGrid)

    /// Fewer earlier stable rows choose no questions.
    static let minimumHistory: Int64 = 200
    private static let classLimit = 50

    /// Nil while the past is too short.
    init?(past: SignalValues) {
        guard past.count >= Self.minimumHistory else { return nil }
        switch past {
        case .classes(let tally):
            let ranked = tally.counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            self = .classes(ranked.prefix(Self.classLimit).map(\.key))
        case .numbers(let numbers):
            guard let lowest = numbers.counts.buckets.first, let highest = numbers.counts.buckets.last else {
                return nil
            }
            // Below all that stable ever had, and beyond it: deciles don't see what lies there.
            var cuts = [lowest - 1]
            for decile in 1...9 {
                guard let cut = numbers.counts.quantileBucket(Double(decile) / 10), cut != cuts.last else { continue }
                cuts.append(cut)
            }
            if highest != cuts.last { cuts.append(highest) }
            self = .cuts(cuts, numbers.grid)
        }
    }

    var bucketCount: Int {
        switch self {
        case .classes(let classes): classes.count + 1
        case .cuts(let cuts, _): cuts.count + 1
        }
    }

    /// Counts of the buckets in both cohorts; nil for values of another kind or grid.
    func counts(canary: SignalValues, stable: SignalValues) -> (canary: [Int64], stable: [Int64])? {
        // A word that only one of them had room for is another word in both.
        let rank = min(canary.highestFullRank, stable.highestFullRank)
        guard let counts1 = self.counts(canary, upTo: rank), let counts0 = self.counts(stable, upTo: rank) else {
            return nil
        }
        return (counts1, counts0)
    }

    /// - Parameter rank: Words of higher ranks count as other ones.
    func counts(_ values: SignalValues, upTo rank: UInt64 = .max) -> [Int64]? {
        switch (self, values) {
        case (.classes(let classes), .classes(let tally)):
            let known = classes.map { word in
                rank == .max || ClassTally.rank(of: word.utf8) <= rank ? tally.counts[word] ?? 0 : 0
            }
            return known + [tally.total - known.reduce(0, +)]
        case (.cuts(let cuts, let grid), .numbers(let numbers)) where numbers.grid == grid:
            var counts = Array(repeating: Int64(0), count: cuts.count + 1)
            var place = 0
            for (bucket, count) in zip(numbers.counts.buckets, numbers.counts.counts) {
                while place < cuts.count, bucket > cuts[place] { place += 1 }
                counts[place] += count
            }
            return counts
        case (.classes, _), (.cuts, _): return nil
        }
    }

    /// One table of good and bad for each question: in the class or not, beyond the cut or not.
    func strata(canary: [Int64], stable: [Int64]) -> [Stratum] {
        let (n1, n0) = (canary.reduce(0, +), stable.reduce(0, +))
        switch self {
        case .classes:
            return zip(canary, stable).compactMap { try? Stratum(x1: $0, n1: n1, x0: $1, n0: n0) }
        case .cuts:
            var (beyond1, beyond0) = (n1, n0)
            return zip(canary.dropLast(), stable.dropLast()).compactMap { below1, below0 in
                beyond1 -= below1
                beyond0 -= below0
                return try? Stratum(x1: beyond1, n1: n1, x0: beyond0, n0: n0)
            }
        }
    }

    var questionCount: Int {
        switch self {
        case .classes(let classes): classes.count + 1
        case .cuts(let cuts, _): cuts.count
        }
    }
}

extension SignalValues {
    /// Of words; numbers all have room.
    fileprivate var highestFullRank: UInt64 {
        switch self {
        case .classes(let classes): classes.highestFullRank
        case .numbers: .max
        }
    }
}

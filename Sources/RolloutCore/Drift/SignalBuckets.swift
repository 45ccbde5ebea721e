package import Statistics

/// How a signal's values become few buckets that a reference and later values are counted in; chosen from the reference alone.
package enum SignalBuckets: Hashable, Sendable {
    /// Bucket i is word i; the last bucket is every other word.
    case words([String])
    /// Bucket i ends with the i-th of these buckets of the grid, ascending; the last bucket is beyond all.
    case cuts([Int32], ValueGrid)

    /// Buckets between the reference's quantiles, to which one below and one above all of them come.
    package static let quantileBuckets = 20
    /// Words that have a bucket of their own.
    package static let wordLimit = 100

    /// Nil when the reference has no values.
    package init?(reference: SignalValues) {
        guard reference.count > 0 else { return nil }
        switch reference {
        case .classes(let tally):
            let ranked = tally.counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            self = .words(ranked.prefix(Self.wordLimit).map(\.key))
        case .numbers(let numbers):
            guard let least = numbers.counts.buckets.first else { return nil }
            var cuts = [max(least, .min + 1) - 1]
            for index in 1...Self.quantileBuckets {
                let cut = numbers.counts.quantileBucket(Double(index) / Double(Self.quantileBuckets))
                if let cut, cut > cuts[cuts.count - 1] { cuts.append(cut) }
            }
            self = .cuts(cuts, numbers.grid)
        }
    }

    /// At the edges of a histogram, of which no more is known than how much lies between them.
    ///
    /// - Parameter edges: Finite, at least two.
    init?(edges: [Double], grid: ValueGrid) {
        var cuts: [Int32] = []
        for (index, edge) in edges.sorted().enumerated() where edge.isFinite {
            // What equals the least edge lies in the histogram.
            let cut = grid.bucket(of: edge) - (index == 0 ? 1 : 0)
            if cuts.isEmpty || cut > cuts[cuts.count - 1] { cuts.append(cut) }
        }
        guard cuts.count > 1 else { return nil }
        self = .cuts(cuts, grid)
    }

    package var count: Int {
        switch self {
        case .words(let words): words.count + 1
        case .cuts(let cuts, _): cuts.count + 1
        }
    }

    /// Counts of the buckets; nil for values of another kind.
    package func counts(of values: SignalValues) -> [Int64]? {
        switch (self, values) {
        case (.words(let words), .classes(let tally)):
            let known = words.map { tally.counts[$0] ?? 0 }
            return known + [tally.total - known.reduce(0, +)]
        case (.cuts(let cuts, let grid), .numbers(let numbers)):
            var counts = Array(repeating: Int64(0), count: cuts.count + 1)
            for (bucket, count) in zip(numbers.counts.buckets, numbers.counts.counts) {
                let own = numbers.grid == grid ? bucket : grid.bucket(of: numbers.grid.representative(of: bucket))
                counts[cuts.firstIndex { own <= $0 } ?? cuts.count] += count
            }
            return counts
        case (.words, .numbers), (.cuts, .classes): return nil
        }
    }

    /// The value up to which bucket `index` reaches; nil for words and for the last bucket.
    func upperBound(of index: Int) -> Double? {
        guard case .cuts(let cuts, let grid) = self, cuts.indices.contains(index) else { return nil }
        return grid.upperBound(of: cuts[index])
    }

    /// The word of bucket `index`; nil for numbers.
    func word(of index: Int) -> String? {
        guard case .words(let words) = self else { return nil }
        return index < words.count ? words[index] : Self.otherWords
    }

    static let otherWords = "(other)"
}

extension SignalBuckets: Codable {
    private enum CodingKeys: String, CodingKey { case words, cuts, grid }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let words = try container.decodeIfPresent([String].self, forKey: .words) {
            self = .words(words)
            return
        }
        let cuts = try container.decode([Int32].self, forKey: .cuts)
        guard zip(cuts, cuts.dropFirst()).allSatisfy(<) else {
            throw DecodingError.dataCorruptedError(forKey: .cuts, in: container, debugDescription: "cuts ascend")
        }
        self = .cuts(cuts, try container.decode(ValueGrid.self, forKey: .grid))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .words(let words): try container.encode(words, forKey: .words)
        case .cuts(let cuts, let grid):
            try container.encode(cuts, forKey: .cuts)
            try container.encode(grid, forKey: .grid)
        }
    }
}

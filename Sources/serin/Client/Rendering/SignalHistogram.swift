import RolloutCore

/// Both distributions of one signal, bucket by bucket, as bars beside each other.
struct SignalHistogram {
    let signal: SignalDrift
    let painter: Painter

    /// Columns of the longest bar.
    private static let width = 24
    private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    /// Buckets that are drawn; words beyond are the rarest.
    private static let shown = 24

    func lines() -> [String] {
        let buckets = self.signal.histogram
        let largest = buckets.map { max($0.referenceShare, $0.currentShare) }.max() ?? 0
        var table = TextTable(self.signal.name.text.uppercased(), "REFERENCE", "", "CURRENT", "")
        table.rows = buckets.prefix(Self.shown).map { bucket in
            let hasMoved = abs(bucket.currentShare - bucket.referenceShare) >= 0.05
            return [
                .init(Self.label(bucket)), .init(Figures.share(bucket.referenceShare)),
                .init(Self.bar(bucket.referenceShare, of: largest), .faint), .init(Figures.share(bucket.currentShare)),
                .init(Self.bar(bucket.currentShare, of: largest), hasMoved ? .bad : .good),
            ]
        }
        let rest = buckets.count > Self.shown ? ["… and \(buckets.count - Self.shown) more"] : []
        return table.lines(self.painter) + rest
    }

    static func bar(_ share: Double, of largest: Double) -> String {
        guard largest > 0, share > 0 else { return "" }
        let steps = max(1, Int((share / largest * Double(Self.width * 8)).rounded()))
        return String(repeating: "█", count: steps / 8) + Self.eighths[steps % 8]
    }

    private static func label(_ bucket: DriftBucket) -> String {
        if let word = bucket.word { return word }
        switch (bucket.lower, bucket.upper) {
        case (let lower?, let upper?): return "\(Figures.significant(lower)) … \(Figures.significant(upper))"
        case (nil, let upper?): return "below \(Figures.significant(upper))"
        case (let lower?, nil): return "from \(Figures.significant(lower))"
        case (nil, nil): return "all"
        }
    }
}

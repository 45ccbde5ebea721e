/// Reads a number from another system once an interval and holds it against fixed bounds or against stable's.
///
/// A rule without a known error rate: it stands outside `alpha`.
package struct ExternalComparison: Hashable, Sendable, Codable {
    package var source: ExternalSource
    /// Which way is worse: `higher` or `lower`.
    package var direction: Direction
    /// The canary's number breaches above this; nil sets no such bound.
    package var above: Double?
    /// The canary's number breaches below this; nil sets no such bound.
    package var below: Double?
    /// The canary's number breaches when it is worse than stable's by more than this factor; above 1.
    package var maximumRatio: Double?
    /// The check fails when this many of the last `of` intervals breach; 1…`of`.
    package var breaches: Int
    /// 1…1 000 intervals.
    package var of: Int
    /// Instead of `breaches` of `of`: every interval of this stretch must breach; at least the plan's interval.
    package var forSeconds: Int?

    package init(
        source: ExternalSource,
        direction: Direction = .higher,
        above: Double? = nil,
        below: Double? = nil,
        maximumRatio: Double? = nil,
        breaches: Int = 3,
        of: Int = 5,
        forSeconds: Int? = nil
    ) {
        self.source = source
        self.direction = direction
        self.above = above
        self.below = below
        self.maximumRatio = maximumRatio
        self.breaches = breaches
        self.of = of
        self.forSeconds = forSeconds
    }
}

/// Where an external number comes from. In texts `$version`, `$cohort` and `$model` stand for what is asked about; each cohort is asked
/// for by itself.
package enum ExternalSource: Hashable, Sendable, Codable {
    /// An instant query of the HTTP API below `url`, which must give one number.
    case prometheus(url: String, query: String)
    /// A POST that answers `{"value": NUMBER}`.
    case webhook(url: String)
}

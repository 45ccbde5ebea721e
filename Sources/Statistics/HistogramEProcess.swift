/// Evidence that canary and stable differ in a distribution: of classes, or of a number cut into buckets.
///
/// Each bucket or cut is a two-sided test of its own; their E values are averaged, which stays valid whatever the
/// dependence between them.
package struct HistogramEProcess: EProcess {
    /// How a histogram becomes tables of bad and good.
    package enum Questions: Sendable, Hashable {
        /// One for each bucket: in it or not. For categories, which have no order.
        case eachBucket
        /// One between each two neighbouring buckets: beyond it or not. For numbers cut at quantiles of the past.
        case eachCut
    }

    package let questions: Questions
    /// The evidence on each bucket or cut.
    package private(set) var byQuestion: [StratifiedEProcess]
    /// The largest ln E at the end of any interval, at least 0.
    package private(set) var largestLogE = 0.0

    /// - Precondition: one bucket at least, for cuts two.
    package init(
        _ questions: Questions,
        buckets: Int,
        startTimes: StartTimes = .first,
        tempering: Tempering = .none
    ) {
        let count = questions == .eachBucket ? buckets : buckets - 1
        precondition(count > 0, "a histogram of \(buckets) buckets leaves no question")
        self.questions = questions
        let process = StratifiedEProcess.twoSided(startTimes: startTimes, tempering: tempering)
        byQuestion = Array(repeating: process, count: count)
    }

    /// Takes in all strata of one interval; their order is of no importance.
    package mutating func fold(interval histograms: some Collection<HistogramStratum>) {
        for question in byQuestion.indices {
            byQuestion[question].fold(interval: histograms.map { stratum(of: $0, for: question) })
        }
        largestLogE = max(largestLogE, logE)
    }

    private func stratum(of histogram: HistogramStratum, for question: Int) -> Stratum {
        let n1 = histogram.canary.reduce(0, +)
        let n0 = histogram.stable.reduce(0, +)
        switch questions {
        case .eachBucket:
            return Stratum(unchecked: (histogram.canary[question], n1, histogram.stable[question], n0))
        case .eachCut:
            let x1 = BucketCounts.count(of: histogram.canary, above: question)
            let x0 = BucketCounts.count(of: histogram.stable, above: question)
            return Stratum(unchecked: (x1, n1, x0, n0))
        }
    }

    /// ln of the mean of E over the buckets or cuts.
    package var logE: Double { LogDomain.mean(byQuestion.map(\.logE)) }
}

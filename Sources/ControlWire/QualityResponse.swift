package import RolloutCore

/// `GET /v1/models/{model}/feedback`: what became of labels, and how good each version was.
package struct QualityResponse: Codable, Equatable, Sendable {
    /// Labels of predictions since then.
    package let since: Timestamp
    package let feedback: FeedbackCounts
    /// By version and cohort.
    package let versions: [VersionQuality]

    package init(since: Timestamp, feedback: FeedbackCounts, versions: [VersionQuality]) {
        self.since = since
        self.feedback = feedback
        self.versions = versions
    }

    package struct FeedbackCounts: Codable, Equatable, Sendable {
        /// How many labels came to each result.
        package let counts: [String: Int64]
        /// Labels whose prediction hasn't turned up yet.
        package let pending: Int64
        /// Stored predictions that have no label yet; an estimate.
        package let waiting: Int64

        package init(counts: [String: Int64], pending: Int64, waiting: Int64) {
            self.counts = counts
            self.pending = pending
            self.waiting = waiting
        }
    }

    package struct VersionQuality: Codable, Equatable, Sendable {
        package let version: VersionName
        package let cohort: Cohort
        package let quality: QualityNumbers
        /// By how long after its prediction a label came: `minute`, `hour`, `day`, `week`, `older`.
        package let labelledByAge: [String: Int64]
        /// By `signal=value`.
        package let slices: [String: QualityNumbers]

        package init(
            version: VersionName,
            cohort: Cohort,
            quality: QualityNumbers,
            labelledByAge: [String: Int64],
            slices: [String: QualityNumbers]
        ) {
            self.version = version
            self.cohort = cohort
            self.quality = quality
            self.labelledByAge = labelledByAge
            self.slices = slices
        }
    }
}

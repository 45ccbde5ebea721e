package import RolloutCore

/// What versions did, beyond the outcomes that rollouts are judged by.
package protocol EvidenceView {
    /// How predictions compared with their labels, by version, cohort, hour of the prediction and age of the label; oldest first. Of very many
    /// rows the newest.
    func quality(of model: ModelName, since: Timestamp) throws -> [QualityRecord]
    /// What became of feedback since the beginning of the day of `since`.
    func feedbackTotals(of model: ModelName, since: Timestamp) throws -> FeedbackTotals
    /// Payloads that the model asked to keep, newest first.
    ///
    /// - Parameter before: Only older ones; nil for the newest.
    func payloads(of version: VersionName, model: ModelName, before: Timestamp?, limit: Int) throws -> [PayloadSample]
    func baseline(of version: VersionName, model: ModelName) throws -> StoredBaseline?
    /// Minutes with telemetry since `since`, oldest first; they are kept for a week.
    ///
    /// - Parameter limit: Only minutes that began before; nil for all.
    func minutes(of version: VersionName, model: ModelName, since: Timestamp, before limit: Timestamp?) throws
        -> [VersionMinute]
    /// Nil until the watch has looked at the model for the first time with a stable version.
    func watch(of model: ModelName) throws -> StoredWatch?
    /// Since the beginning of the day of `since`, in UTC; ordered by version.
    func pinnedRequests(of model: ModelName, since: Timestamp) throws -> [PinnedTally]
    /// What stable was asked in the canary's place, whether taken into judgement or not.
    func rescues(of rollout: RolloutID) throws -> RescueTally
}

extension EvidenceView {
    /// Minutes with telemetry since `since`, oldest first.
    package func minutes(of version: VersionName, model: ModelName, since: Timestamp) throws -> [VersionMinute] {
        try self.minutes(of: version, model: model, since: since, before: nil)
    }
}

/// Labelled rows of one version and cohort, predicted in one hour and labelled after about the same time.
package struct QualityRecord: Hashable, Sendable {
    package let version: VersionName
    package let cohort: Cohort
    /// In which the predictions were made.
    package let hour: Timestamp
    package let age: LabelAge
    package var tally: QualityTally

    package init(version: VersionName, cohort: Cohort, hour: Timestamp, age: LabelAge, tally: QualityTally) {
        self.version = version
        self.cohort = cohort
        self.hour = hour
        self.age = age
        self.tally = tally
    }
}

/// What became of feedback, in items.
package struct FeedbackTotals: Hashable, Sendable {
    /// As answered; an unknown one that found its prediction later is counted again then.
    package let counts: [FeedbackResult: Int64]
    /// Kept without a known prediction, now; 100 000 stands for any more.
    package let pending: Int64
    /// Stored predictions since then without a label, now; 100 000 stands for any more.
    package let waiting: Int64

    package init(counts: [FeedbackResult: Int64], pending: Int64, waiting: Int64) {
        self.counts = counts
        self.pending = pending
        self.waiting = waiting
    }
}

/// A version's baseline and since when it has it.
package struct StoredBaseline: Hashable, Sendable {
    package let model: ModelName
    package let version: VersionName
    package let baseline: Baseline
    package let createdAt: Timestamp

    package init(model: ModelName, version: VersionName, baseline: Baseline, createdAt: Timestamp) {
        self.model = model
        self.version = version
        self.baseline = baseline
        self.createdAt = createdAt
    }
}

/// What all cohorts of a version did in one minute.
package struct VersionMinute: Hashable, Sendable {
    /// Its start.
    package let minute: Timestamp
    package var tally: CohortTally

    package init(minute: Timestamp, tally: CohortTally) {
        self.minute = minute
        self.tally = tally
    }
}

/// The watch over a stable version as committed.
package struct StoredWatch: Hashable, Sendable {
    package let version: VersionName
    package let startedAt: Timestamp
    /// Everything before this moment has been looked at.
    package let watchedThrough: Timestamp
    package let watch: StableWatch
    /// Findings of this watch, over or not, as they last changed; newest first, at most 100.
    package let findings: [WatchFinding]

    package init(
        version: VersionName,
        startedAt: Timestamp,
        watchedThrough: Timestamp,
        watch: StableWatch,
        findings: [WatchFinding]
    ) {
        self.version = version
        self.startedAt = startedAt
        self.watchedThrough = watchedThrough
        self.watch = watch
        self.findings = findings
    }
}

/// One likely cause of what a rollout's checks found, with its numbers.
package struct Cause: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Stable does the same: it isn't the version.
        case world
        case serverErrors, timeouts, connectFailures, brokenAnswers, clientAborts
        /// Failures come from one upstream.
        case upstream
        case connectTime, firstByteTime, transferTime
        case unreadableAnswers
        /// A prediction, confidence or measure is distributed otherwise than stable's.
        case predictions
        /// What both cohorts are sent differs: the comparison itself is in doubt.
        case features
        /// One class is taken for another.
        case confusion
        case slice
    }

    /// Whether it goes on.
    package enum Course: String, Hashable, Sendable, Codable, CaseIterable {
        case persists
        /// The newest intervals are as good as stable's again.
        case blip
        case unclear
    }

    package let kind: Kind
    /// What it is about: an upstream, a signal, a pair of classes, a slice; nil where the kind says all.
    package let subject: String?
    /// In plain words, with the numbers.
    package let sentence: String
    /// −ln of the probability of as much by chance, at most 700: what causes are ordered by; a display, never a rule.
    package let strength: Double
    package let canary: CauseNumbers
    package let stable: CauseNumbers
    /// The likeliest beginning; nil where it can't be told.
    package let since: Timestamp?
    package let course: Course

    init(
        _ kind: Kind,
        _ sentence: String,
        subject: String? = nil,
        strength: Double,
        canary: CauseNumbers,
        stable: CauseNumbers,
        onset: Onset? = nil
    ) {
        self.kind = kind
        self.subject = subject
        self.sentence = sentence
        self.strength = min(700, max(0, strength))
        self.canary = canary
        self.stable = stable
        self.since = onset?.since
        self.course = onset?.course ?? .unclear
    }
}

/// What one cohort has on a cause.
package struct CauseNumbers: Hashable, Sendable, Codable {
    package let units: Int64
    /// Of the units; nil where the cause is about a mean.
    package let bad: Int64?
    /// The share of bad units, 0…1, or the mean in milliseconds; nil without units.
    package let value: Double?

    init(bad: Int64, units: Int64) {
        self.units = units
        self.bad = bad
        self.value = units > 0 ? Double(bad) / Double(units) : nil
    }

    init(mean: Double?, units: Int64) {
        self.units = units
        self.bad = nil
        self.value = mean
    }

    /// `42 of 900 (4.7 %)`.
    var inWords: String {
        "\(self.bad ?? 0) of \(self.units) (\(self.value.map { "\(($0 * 100).short) %" } ?? "–"))"
    }
}

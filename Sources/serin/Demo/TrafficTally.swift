/// What the demonstration's clients got, by the version that answered.
struct TrafficTally: Equatable, Sendable {
    struct ByVersion: Equatable, Sendable {
        /// Every answer, good or bad.
        var answers = 0
        /// Of the good answers: the digit that was written, or another one.
        var right = 0
        var wrong = 0
        /// Answers with status 500 or above.
        var failed = 0
        var slowest = Duration.zero
        var lastAnswer: ContinuousClock.Instant?

        /// Of the good answers; nil without any.
        var accuracy: Double? {
            let good = self.right + self.wrong
            return good > 0 ? Double(self.right) / Double(good) : nil
        }
    }

    enum Answer: Equatable, Sendable {
        case right, wrong, failed
    }

    private(set) var versions: [String: ByVersion] = [:]
    /// Failed answers that name no version.
    private(set) var failedWithoutVersion = 0
    /// Requests that ended without a whole answer, and connections that could not be made.
    private(set) var unanswered = 0

    mutating func count(
        _ answer: Answer,
        by version: String?,
        after latency: Duration,
        at moment: ContinuousClock.Instant
    ) {
        guard let version else {
            // A good answer without the header breaks the gateway's promise as much as a bad one.
            self.failedWithoutVersion += 1
            return
        }
        var entry = self.versions[version, default: ByVersion()]
        entry.answers += 1
        switch answer {
        case .right: entry.right += 1
        case .wrong: entry.wrong += 1
        case .failed: entry.failed += 1
        }
        entry.slowest = max(entry.slowest, latency)
        entry.lastAnswer = max(entry.lastAnswer ?? moment, moment)
        self.versions[version] = entry
    }

    mutating func countUnanswered() { self.unanswered += 1 }

    func answers(of version: String) -> Int { self.versions[version]?.answers ?? 0 }

    var answers: Int { self.versions.values.reduce(0) { $0 + $1.answers } }

    /// Failures that no client should have seen, whoever is meant to be broken.
    func failures(exceptOf broken: String) -> Int {
        self.unanswered + self.failedWithoutVersion
            + self.versions.reduce(0) { $0 + ($1.key == broken ? 0 : $1.value.failed) }
    }
}

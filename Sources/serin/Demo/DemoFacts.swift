import ControlWire
import RolloutCore

/// What came of the demonstration: everything its verdict and its table are made of.
struct DemoFacts: Equatable, Sendable, Encodable {
    /// One rollout of the story.
    struct Act: Equatable, Sendable, Encodable {
        let version: String
        let rollout: Int64
        let phase: String
        let cause: String?
        /// Who made the last decision: `loop` or `operator:NAME`.
        let decidedBy: String
        let reason: String
        let versionState: VersionState
        /// From its registration to the last decision.
        let seconds: Double
    }

    struct Answers: Equatable, Sendable, Encodable {
        let version: String
        let answers: Int
        let right: Int
        let wrong: Int
        let failed: Int
        let slowestMilliseconds: Double
    }

    /// Of the requests that were answered while the canary's weight was 5 %.
    struct Share: Equatable, Sendable, Encodable {
        var requests = 0
        var canary = 0

        var seen: Double? { self.requests > 0 ? Double(self.canary) / Double(self.requests) : nil }

        /// How far the share may lie from the weight by chance: four standard deviations of a binomial draw.
        ///
        /// - Parameter requests: At least 1.
        static func tolerance(weight: Double, requests: Int) -> Double {
            4 * (weight * (1 - weight) / Double(requests)).squareRoot()
        }
    }

    /// The rollback by hand, from the moment its request was sent.
    struct Rollback: Equatable, Sendable, Encodable {
        let acknowledgedMilliseconds: Double
        /// Nil when no answer of the canary came after the request was sent.
        let lastCanaryAnswerMilliseconds: Double?
    }

    var promoted: Act?
    var failed: Act?
    var rolledBack: Act?
    var answers: [Answers] = []
    /// Requests without a whole answer, and failed answers that name no version.
    var unanswered = 0
    var unversioned = 0
    var share = Share()
    var rollback: Rollback?
    var seconds = 0.0
    /// What ended the story early.
    var interruption: String?

    mutating func take(_ tally: TrafficTally) {
        self.answers = tally.versions.sorted { $0.key < $1.key }.map { version, entry in
            Answers(
                version: version,
                answers: entry.answers,
                right: entry.right,
                wrong: entry.wrong,
                failed: entry.failed,
                slowestMilliseconds: entry.slowest / .milliseconds(1)
            )
        }
        self.unanswered = tally.unanswered
        self.unversioned = tally.failedWithoutVersion
    }

    /// Everything that was not as the story promises; empty when all of it was.
    func complaints() -> [String] {
        var found: [String] = []
        if let interruption = self.interruption { found.append(interruption) }
        func require(_ act: Act?, _ version: DemoVersion, _ promise: String, _ holds: (Act) -> Bool) {
            guard let act else {
                return found.append("\(version.rawValue) was not \(promise): its rollout never ended")
            }
            guard !holds(act) else { return }
            found.append(
                "\(version.rawValue) was not \(promise): its rollout ended as \(act.phase)\(act.cause.map { " (\($0))" } ?? ""), "
                    + "decided by \(act.decidedBy): \(act.reason); the version is \(act.versionState.rawValue)"
            )
        }
        require(self.promoted, .v2, "promoted by the loop") {
            $0.phase == "promoted" && $0.versionState == .stable && $0.decidedBy == "loop"
        }
        require(self.failed, .v3, "failed by the loop") {
            $0.phase == "rolledBack" && $0.versionState == .failed && $0.decidedBy == "loop"
                && $0.cause != RollbackCause.operator.rawValue
        }
        require(self.rolledBack, .v4, "rolled back by hand") {
            $0.phase == "rolledBack" && $0.versionState == .failed && $0.cause == RollbackCause.operator.rawValue
        }
        return found + self.clientComplaints()
    }

    /// The broken canary's own errors reach a few clients by design; no other failure may.
    private func clientComplaints() -> [String] {
        var found: [String] = []
        for entry in self.answers where entry.version != DemoVersion.v3.rawValue && entry.failed > 0 {
            found.append("\(entry.failed) requests failed at \(entry.version), which is not the broken version")
        }
        if self.unversioned > 0 { found.append("\(self.unversioned) failed answers named no version") }
        if self.unanswered > 0 { found.append("\(self.unanswered) requests were not answered") }
        if self.answers.reduce(0, { $0 + $1.answers }) == 0 { found.append("no client got any answer") }
        return found
    }
}

import ControlWire
import RolloutCore

/// Rollouts in the words of the story: each decision once.
struct RolloutNarration: Equatable {
    private var rollout: RolloutID?
    /// Of the last decision that was told of this rollout.
    private var sequence: Int64 = 0

    func isBehind(_ rollout: RolloutResponse) -> Bool {
        self.rollout != rollout.id || self.sequence < rollout.sequence
    }

    /// One line for every decision that wasn't told yet, oldest first.
    ///
    /// - Parameter decisions: Of one rollout, in any order; of another one than before, all are news.
    mutating func news(_ decisions: [DecisionResponse]) -> [String] {
        guard let rollout = decisions.first?.rollout else { return [] }
        if rollout != self.rollout { (self.rollout, self.sequence) = (rollout, 0) }
        let fresh = decisions.filter { $0.sequence > self.sequence }.sorted { $0.sequence < $1.sequence }
        self.sequence = fresh.last?.sequence ?? self.sequence
        return fresh.map { decision in
            let state = RolloutHeadline(decision.stateAfter).words
            let weight = decision.stateAfter.isOpen ? ", canary at \(decision.canaryWeight)" : ""
            return "\(decision.actor) → \(decision.kind.rawValue): \(decision.reason) [\(state)\(weight)]"
        }
    }

    /// Where the rollout stands, in one line.
    static func progress(_ rollout: RolloutResponse, answers: Int) -> String {
        let head = "\(rollout.canary) at \(rollout.canaryWeight), \(answers) requests answered"
        guard let finding = rollout.finding else { return head }
        let checks = finding.assessment.checks.map { check in
            "\(check.name) \(check.verdict.labelled): proof \(Figures.eValue(check.promotion.logE)) of "
                + "\(Figures.eValue(check.promotion.logThreshold)), loss \(Figures.eValue(check.harm.logE)) of "
                + "\(Figures.eValue(check.harm.logThreshold))"
        }
        return ([head] + checks + [finding.reason]).joined(separator: " · ")
    }
}

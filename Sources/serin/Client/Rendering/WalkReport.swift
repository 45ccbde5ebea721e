import ControlWire
import RolloutCore

/// What a plan decided of some evidence, when, and why.
struct WalkReport: Encodable {
    let rollout: RolloutResponse
    /// Oldest first.
    let decisions: [DecisionResponse]
    /// The last moment that was looked at; nil when there was no evidence.
    let end: Timestamp?

    init(_ walk: RolloutWalk) {
        let finding = walk.last.map { FindingResponse(reason: $0.finding.reason, assessment: $0.assessment) }
        self.rollout = RolloutResponse(walk.rollout, finding: finding)
        self.decisions = walk.decisions.map(DecisionResponse.init)
        self.end = walk.last?.at
    }

    /// A real rollout's story, told in the same way.
    init(rollout: RolloutResponse, decisions: [DecisionResponse]) {
        self.rollout = rollout
        self.decisions = decisions
        self.end = rollout.settledAt
    }

    /// When each thing was decided, as seen from the beginning.
    func timeline(_ painter: Painter) -> [String] {
        var table = TextTable("AFTER", "AT (UTC)", "DECISION", "STATE", "WEIGHT", "REASON")
        table.rows = self.decisions.map { decision in
            let headline = RolloutHeadline(decision.stateAfter)
            return [
                .init(Figures.duration(seconds: decision.decidedAt.seconds(since: self.rollout.startedAt))),
                .init(Figures.clock(decision.decidedAt)), .init(decision.kind.rawValue),
                .init(headline.labelled, headline.ink), .init("\(decision.canaryWeight)"), .init(decision.reason),
            ]
        }
        return table.lines(painter)
    }

    /// How it ended, in one line.
    func outcome(_ painter: Painter) -> String {
        let headline = RolloutHeadline(self.rollout.state)
        let words = painter.paint(headline.labelled, headline.ink)
        guard let last = self.decisions.last(where: { $0.stateBefore != $0.stateAfter }) else {
            return "\(words): nothing was decided by the end of the evidence"
        }
        let after = Figures.duration(seconds: last.decidedAt.seconds(since: self.rollout.startedAt))
        return self.rollout.state.isOpen
            ? "\(words): still open at the end of the evidence" : "\(words) after \(after): \(last.reason)"
    }
}

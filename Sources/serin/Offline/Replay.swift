import ControlWire
import RolloutCore

/// A stored decision made again, from the plan, the evidence and the inputs that were stored with it.
struct Replay: Equatable, Encodable {
    /// One way to tell what was decided.
    struct Verdict: Equatable, Encodable {
        let decision: DecisionKind
        let reason: String
        let stateAfter: StateResponse
    }

    /// ln E of one process, as stored and as computed again.
    struct Level: Equatable, Encodable {
        /// `error-rate harm`, `sample ratio`.
        let name: String
        /// Nil when the stored assessment doesn't have it.
        let stored: Double?
        let recomputed: Double?

        /// Nil when only one of them has it.
        var difference: Double? { self.stored.flatMap { stored in self.recomputed.map { $0 - stored } } }

        private enum CodingKeys: String, CodingKey { case name, stored, recomputed, difference }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(self.name, forKey: .name)
            try container.encodeIfPresent(self.stored, forKey: .stored)
            try container.encodeIfPresent(self.recomputed, forKey: .recomputed)
            try container.encodeIfPresent(self.difference, forKey: .difference)
        }
    }

    let rollout: RolloutID
    let sequence: Int64
    let stored: Verdict
    let recomputed: Verdict
    let levels: [Level]
    /// Strata that were folded.
    let strata: Int

    /// Differences of ln E up to this are none.
    static let tolerance = 1e-9

    /// Largest |Δ ln E|; infinite when a process is on one side only.
    var largestDifference: Double { self.levels.map { abs($0.difference ?? .infinity) }.max() ?? 0 }
    var isSame: Bool { self.stored == self.recomputed && self.largestDifference <= Self.tolerance }

    private enum CodingKeys: String, CodingKey {
        case rollout, sequence, same, stored, recomputed, levels, strata
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.rollout, forKey: .rollout)
        try container.encode(self.sequence, forKey: .sequence)
        try container.encode(self.isSame, forKey: .same)
        try container.encode(self.stored, forKey: .stored)
        try container.encode(self.recomputed, forKey: .recomputed)
        try container.encode(self.levels, forKey: .levels)
        try container.encode(self.strata, forKey: .strata)
    }
}

extension Replay {
    /// Why a decision can't be made again.
    struct Refusal: Error, Equatable {
        let reason: String
    }

    /// - Parameter strata: At least those up to the decision's tick, in any order.
    init(_ decision: DecisionResponse, of rollout: RolloutResponse, strata: [EvidenceStratum]) throws(Refusal) {
        guard let inputs = decision.inputs, let stored = decision.assessment else {
            throw Refusal(
                reason: decision.actor == "loop"
                    ? "it was stored without its inputs, by an earlier version of this program"
                    : "it is \(decision.actor)'s order, which rests on no evidence"
            )
        }
        let folded = strata.filter { $0.tick <= inputs.tick }.sorted(by: EvidenceStratum.precedes)
        guard inputs.tick == 0 || folded.last?.tick == inputs.tick else {
            throw Refusal(reason: "its evidence goes to tick \(inputs.tick), but what is stored ends before")
        }
        var judge = Judge(plan: rollout.plan)
        for batch in EvidenceBatches(folded, intervalSeconds: rollout.plan.intervalSeconds).batches {
            judge.fold(batch.strata)
        }
        let assessment = judge.assess(inputs)
        let finding = RolloutPolicy.find(rollout.plan, inputs, assessment)
        var machine = RolloutStateMachine(state: inputs.state, steps: rollout.plan.steps)
        if let event = finding.event { _ = machine.happened(event) }
        self.init(
            rollout: decision.rollout,
            sequence: decision.sequence,
            stored: Verdict(decision: decision.kind, reason: decision.reason, stateAfter: decision.stateAfter),
            recomputed: Verdict(
                decision: finding.decision,
                reason: finding.reason,
                stateAfter: StateResponse(machine.state)
            ),
            levels: Self.levels(stored, assessment),
            strata: folded.count
        )
    }

    private static func levels(_ stored: Assessment, _ recomputed: Assessment) -> [Level] {
        let (before, after) = (self.named(stored), self.named(recomputed))
        let names = before.map(\.0) + after.map(\.0).filter { name in !before.contains { $0.0 == name } }
        return names.map { name in
            Level(
                name: name,
                stored: before.first { $0.0 == name }?.1,
                recomputed: after.first { $0.0 == name }?.1
            )
        }
    }

    private static func named(_ assessment: Assessment) -> [(String, Double)] {
        assessment.checks.flatMap {
            [("\($0.name) harm", $0.harm.logE), ("\($0.name) promotion", $0.promotion.logE)]
        } + [("sample ratio", assessment.sampleRatio.level.logE)]
    }
}

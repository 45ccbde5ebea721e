import Statistics

/// The signals that are compared together: chosen once, when stable's past first suffices for one of them.
///
/// Signals that turn up later aren't taken in: a list that grows while it is looked at has no bound.
struct SignalGroup: Sendable {
    /// As many as a model may have.
    private static let limit = 64

    private let context: EvidenceContext
    private let comparesAbsence: Bool
    private let hasProof: Bool
    private let takes: @Sendable (SignalName, SignalRole) -> Bool
    /// Of every candidate while the group is open, in the order of their names.
    private var members: [DistributionEvidence] = []
    private var isOpen = true
    /// Values of the signal of the group that had most of them, compared or not.
    private(set) var seen: (canary: Int64, stable: Int64) = (0, 0)

    /// - Parameter takes: Whether a signal belongs to the group.
    init(
        _ context: EvidenceContext,
        comparesAbsence: Bool,
        hasProof: Bool,
        takes: @escaping @Sendable (SignalName, SignalRole) -> Bool
    ) {
        self.context = context
        self.comparesAbsence = comparesAbsence
        self.hasProof = hasProof
        self.takes = takes
    }

    mutating func fold(_ traffic: JudgedStratum) {
        self.seen.canary += self.values(traffic.canary.detail)
        self.seen.stable += self.values(traffic.stable.detail)
        if self.isOpen { return }
        for index in self.members.indices {
            let signal = self.members[index].signal
            guard let canary = traffic.canary.detail.signals[signal], let stable = traffic.stable.detail.signals[signal]
            else { continue }
            self.members[index].fold(canary, stable, traffic)
        }
    }

    private func values(_ detail: CohortDetail) -> Int64 {
        detail.signals.reduce(0) { self.takes($1.key, $1.value.role) ? max($0, $1.value.present) : $0 }
    }

    mutating func remember(_ stable: CohortTally) {
        if self.isOpen { self.admit(stable.detail.signals) }
        for index in self.members.indices {
            guard let tally = stable.detail.signals[self.members[index].signal] else { continue }
            self.members[index].remember(tally)
        }
        if self.isOpen { self.isOpen = !self.members.contains(where: \.isAsking) }
    }

    private mutating func admit(_ signals: [SignalName: SignalTally]) {
        let known = Set(self.members.map(\.signal))
        for (name, tally) in signals where !known.contains(name) && self.takes(name, tally.role) {
            self.members.append(
                DistributionEvidence(
                    name,
                    role: tally.role,
                    self.context,
                    comparesAbsence: self.comparesAbsence,
                    hasProof: self.hasProof
                )
            )
        }
        self.members.sort { $0.signal < $1.signal }
        if self.members.count > Self.limit { self.members.removeLast(self.members.count - Self.limit) }
    }

    mutating func restartProof() {
        for index in self.members.indices { self.members[index].restartProof() }
    }

    /// ln of the mean of E over the members; 0 before there is one.
    var meanLogE: Double {
        self.isOpen || self.members.isEmpty ? 0 : LogDomain.mean(self.members.map(\.logE))
    }

    /// The largest ln E of each member.
    var largestLogE: [Double] { self.members.map(\.largestLogE) }

    /// ln E against "some member differs by more than the margin".
    func likenessLogE(within margin: Double) -> Double {
        self.members.map { $0.likenessLogE(within: margin) }.min() ?? 0
    }

    /// Rows of the member that has most of them.
    var rows: (canary: Int64, stable: Int64) {
        self.members.reduce((0, 0)) { (max($0.0, $1.rows.canary), max($0.1, $1.rows.stable)) }
    }

    func movements(_ thresholds: DriftComparison, logThreshold: Double) -> [SignalMovement] {
        self.members.filter(\.isAsking).map { $0.movement(thresholds, logThreshold: logThreshold) }
    }

    /// Why nothing can be compared; nil when something can.
    var missing: String? {
        if self.members.contains(where: \.hasEvidence) { return nil }
        if self.seen.stable == 0 { return "no values of stable were read from payloads" }
        if self.seen.canary == 0 { return "no values of the canary were read from payloads" }
        return "stable's past is too short to take questions from"
    }
}

import Statistics

/// Two sets of signals compared: a reference, such as training data, and what is seen now.
///
/// For one look: the share of false ones among the signals called drifted is at most `thresholds.falseDiscoveryRate` on average
/// (Y. Benjamini and Y. Hochberg 1995), and a difference must be large besides.
package struct DriftReport: Hashable, Sendable, Codable {
    package let verdict: DriftVerdict
    /// Drifted first, then by name.
    package let signals: [SignalDrift]
    /// Among the signals with enough rows, 0…1; nil when none has.
    package let driftedShare: Double?
    /// Signals of the reference that are not there now, and the other way round.
    package let missingSignals: [SignalName]
    package let extraSignals: [SignalName]
    package let thresholds: DriftThresholds

    package init(
        reference: [SignalName: SignalTally],
        current: [SignalName: SignalTally],
        thresholds: DriftThresholds = .init()
    ) {
        self.init(
            baseline: Baseline(signals: reference.mapValues { BaselineSignal(tally: $0) }, origin: ""),
            current: current,
            thresholds: thresholds
        )
    }

    /// Signals of the baseline of which only constraints are known are left out.
    package init(baseline: Baseline, current: [SignalName: SignalTally], thresholds: DriftThresholds = .init()) {
        let known = baseline.signals.filter { $0.value.tally != nil }
        let signals = known.sorted { $0.key < $1.key }.compactMap { name, signal -> SignalDrift? in
            guard let reference = signal.tally, let now = current[name] else { return nil }
            return SignalDrift(name, reference: reference, current: now, edges: signal.edges)
        }
        self.init(
            signals,
            limits: baseline.signals.compactMapValues(\.constraint.driftThreshold),
            missing: known.keys.filter { current[$0] == nil }.sorted(),
            extra: current.keys.filter { baseline.signals[$0] == nil }.sorted(),
            thresholds
        )
    }

    /// - Parameter limits: Distances at which single signals have drifted, in the place of the thresholds; 0…1.
    init(
        _ signals: [SignalDrift],
        limits: [SignalName: Double],
        missing: [SignalName],
        extra: [SignalName],
        _ thresholds: DriftThresholds
    ) {
        let tested = signals.indices.filter { signals[$0].distances.pValue != nil }
        let significant = MultipleTesting.benjaminiHochberg(
            pValues: tested.map { signals[$0].distances.pValue ?? 1 },
            rate: thresholds.falseDiscoveryRate
        ).map { tested[$0] }
        var judged = signals
        for index in judged.indices {
            judged[index].judge(thresholds, limits[judged[index].name], isSignificant: significant.contains(index))
        }
        let enough = judged.filter { $0.verdict != .tooFew }
        let drifted = enough.filter { $0.verdict == .drifted }
        let share = enough.isEmpty ? nil : Double(drifted.count) / Double(enough.count)
        self.signals = judged.sorted { ($0.verdict.rank, $0.name) < ($1.verdict.rank, $1.name) }
        self.driftedShare = share
        self.missingSignals = missing
        self.extraSignals = extra
        self.thresholds = thresholds
        self.verdict =
            switch share {
            case nil: .tooFew
            case let share? where share > 0 && share >= thresholds.driftedShare: .drifted
            case _?: enough.contains { $0.verdict != .stable } ? .warning : .stable
            }
    }
}

extension DriftVerdict {
    fileprivate var rank: Int {
        switch self {
        case .drifted: 0
        case .warning: 1
        case .stable: 2
        case .tooFew: 3
        }
    }
}

extension SignalDrift {
    /// - Parameter limit: The distance at which the signal has drifted, in the place of the thresholds.
    fileprivate mutating func judge(_ thresholds: DriftThresholds, _ limit: Double?, isSignificant: Bool) {
        let missing = self.distances.missingShareDifference ?? 0
        var found: [String] = []
        if abs(missing) >= thresholds.missingShare {
            found.append("rows without a value \(missing > 0 ? "rose" : "fell") by \(abs(missing).percent)")
        }
        let hasEnough = (self.distances.stabilityIndexExpected ?? .infinity) <= thresholds.stabilityNoise
        if hasEnough { found += self.largeDistances(thresholds, limit) }
        guard hasEnough || (isSignificant && !found.isEmpty) else {
            self.verdict = .tooFew
            self.reasons = ["\(self.currentRows) rows beside \(self.referenceRows) say too little"]
            return
        }
        self.reasons = isSignificant ? found : []
        if isSignificant, !found.isEmpty {
            self.verdict = .drifted
        } else if isSignificant, limit == nil, let index = self.distances.stabilityIndexAdjusted,
            index >= thresholds.stabilityIndexWarning
        {
            self.verdict = .warning
            self.reasons = ["PSI \(index.short)"]
        } else {
            self.verdict = .stable
        }
    }

    private func largeDistances(_ thresholds: DriftThresholds, _ limit: Double?) -> [String] {
        if let limit {
            guard let distance = self.distances.robustDifference, distance > limit else { return [] }
            return ["distance \(distance.short), allowed \(limit.short)"]
        }
        let large: [(String, Double?, Double)] = [
            ("PSI", self.distances.stabilityIndexAdjusted, thresholds.stabilityIndex),
            ("Jensen–Shannon distance", self.distances.jensenShannon, thresholds.jensenShannon),
            ("largest difference of shares", self.distances.largestDifference, thresholds.largestDifference),
            ("moved standard deviations:", self.distances.movement, thresholds.movement),
        ]
        return large.compactMap { name, value, threshold in
            value.flatMap { $0 >= threshold ? "\(name) \($0.short)" : nil }
        }
    }
}

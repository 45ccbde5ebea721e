import ControlWire
import RolloutCore
import RolloutEngine

/// Why a canary does worse, as far as the evidence tells.
extension ControlHandlers {
    /// How many of the newest ticks are looked at: an hour of intervals of 10 s.
    private static let diagnosedTicks: Int64 = 360

    /// Nil when nothing has failed or is about to.
    func diagnosis(of rollout: Rollout, _ finding: FindingResponse?, in view: any RolloutView) throws -> Diagnosis? {
        let suspicious = Suspicion.metrics(rollout.state, finding?.assessment)
        guard !suspicious.isEmpty else { return nil }
        let strata = try view.evidence(
            of: rollout,
            after: max(0, rollout.tick - Self.diagnosedTicks),
            through: rollout.tick
        )
        return Diagnosis(strata: strata, suspicious: suspicious)
    }
}

/// What is worth a diagnosis.
enum Suspicion {
    /// From which part of the way to its threshold on, in ln E, a check is about to fail.
    private static let share = 0.5

    static func metrics(_ state: RolloutState, _ assessment: Assessment?) -> Set<String> {
        guard let assessment else { return [] }
        let checks = assessment.checks.filter { check in
            check.verdict == .fail || check.harm.logE >= self.share * check.harm.logThreshold
                || check.signals?.contains { $0.hasMoved } == true
        }
        var metrics = Set(checks.map(\.metric))
        for limit in assessment.limits where limit.verdict == .fail || limit.aboveForSeconds > 0 {
            metrics.insert(limit.limit.metric.isLatency ? "latency" : "errorRate")
        }
        if assessment.hardStop?.verdict == .fail || state == .rolledBack(.hardStop) {
            metrics.formUnion(["errorRate", "clientAborts"])
        }
        return metrics
    }
}

extension AbsoluteLimit.Metric {
    /// Whether the limit is on times rather than on failures.
    fileprivate var isLatency: Bool {
        switch self {
        case .errorRate: false
        case .meanLatency, .p50Latency, .p90Latency, .p95Latency, .p99Latency: true
        }
    }
}

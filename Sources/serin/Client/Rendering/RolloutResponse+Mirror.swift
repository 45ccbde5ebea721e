import ControlWire
import RolloutCore

extension RolloutResponse {
    /// What mirrored requests came to, in one sentence; nil for a plan without.
    var mirrorLine: String? {
        guard let share = self.plan.steps.first?.mirror else { return nil }
        let rule = self.mirror == nil ? "over" : "\(share) of stable's requests go to the canary as well"
        return "\(rule): " + (self.finding?.assessment.mirrored?.sentence ?? "no pair is judged yet")
    }
}

extension MirrorAssessment {
    fileprivate var sentence: String {
        var parts = [
            "of \(self.pairs) pairs the canary failed \(self.canaryFailedAlone) alone, stable \(self.stableFailedAlone) alone, "
                + "both \(self.bothFailed)"
        ]
        if let canary = self.canary.p50LatencyMilliseconds, let stable = self.stable.p50LatencyMilliseconds {
            parts.append("p50 \(Figures.milliseconds(canary)) beside \(Figures.milliseconds(stable)), not judged")
        }
        if self.dropped > 0 { parts.append("\(self.dropped) requests got no copy") }
        if self.abandoned > 0 { parts.append("\(self.abandoned) copies say nothing") }
        return parts.joined(separator: "; ")
    }
}

extension Assessment {
    /// What stable did beside the baseline, in one sentence; nil without a baseline.
    var restLine: String? {
        self.rest.map { rest in
            "the canary is compared with the baseline; stable's other \(rest.requests) requests had "
                + "\(Figures.share(rest.errorShare)) errors"
        }
    }
}

import ControlWire
import RolloutCore

extension ModelResponse {
    /// Requests a second of one version at present; nil when it had none.
    ///
    /// The service counts over a fixed window, of which a young version or rollout has used only a part.
    func requestsPerSecond(of version: VersionResponse, at now: Timestamp) -> Double? {
        let rates = self.traffic.filter { $0.version == version.version }.map(\.requestsPerSecond)
        guard !rates.isEmpty else { return nil }
        let isCanary = version.version == self.canary
        let since = (isCanary ? self.rollout?.startedAt : nil) ?? version.registeredAt
        let window = Double(self.trafficSeconds)
        return rates.reduce(0, +) * window / min(window, max(1, now.seconds(since: since)))
    }

    /// Of the open rollout's canary; nil without one, or when it has no requests.
    func canaryRequestsPerSecond(at now: Timestamp) -> Double? {
        guard let canary = self.versions.first(where: { $0.version == self.canary }) else { return nil }
        return self.requestsPerSecond(of: canary, at: now).flatMap { $0 > 0 ? $0 : nil }
    }
}

import ControlWire
import RolloutCore

extension ModelResponse {
    /// Pinned requests, which are in no other number of the screen; nil when there were none.
    var pinnedLine: String? {
        guard !self.pinned.isEmpty else { return nil }
        let parts = self.pinned.map { entry in
            let failed = entry.outcomes.errors
            return "\(entry.requests) to \(entry.version)" + (failed > 0 ? " (\(failed) failed)" : "")
        }
        return "pinned in the last 7 days: \(parts.joined(separator: ", ")); judged by nobody"
    }
}

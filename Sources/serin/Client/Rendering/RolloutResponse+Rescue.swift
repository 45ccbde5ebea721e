import ControlWire
import RolloutCore

extension RolloutResponse {
    /// What the plan's rescue did for clients, in one sentence; nil without one.
    var rescueLine: String? {
        guard let rule = self.plan.rescue else { return nil }
        var causes: [String] = []
        if rule.serverErrors { causes.append("5xx and broken answers") }
        if let limit = rule.afterMilliseconds { causes.append("answers later than \(limit) ms") }
        return "on for \(causes.joined(separator: " and ")): " + (self.rescues ?? RescueTally()).sentence
    }
}

extension RescueTally {
    fileprivate var sentence: String {
        guard self.repeated + self.missed > 0 else { return "no request has needed it" }
        var parts = ["stable stood in for the canary \(self.repeated) times"]
        if self.repeated > 0 {
            let added = self.saved > 0 ? ", \(self.addedMicroseconds / self.saved / 1_000) ms later" : ""
            parts.append("\(self.saved) clients got a good answer\(added)")
        }
        if self.missed > 0 { parts.append("\(self.missed) requests could not be repeated") }
        return parts.joined(separator: "; ")
    }
}

import ControlWire
import RolloutCore

extension PropagationResponse {
    /// Which gateways route by it already.
    var line: String {
        if self.applied.isEmpty, self.pending.isEmpty, self.silent.isEmpty {
            return "generation \(self.generation); no live gateway has it yet"
        }
        var parts: [String] = []
        if !self.applied.isEmpty { parts.append("routed by \(self.applied.joined(separator: ", "))") }
        if !self.pending.isEmpty { parts.append("not yet by \(self.pending.joined(separator: ", "))") }
        if !self.silent.isEmpty {
            parts.append("unknown of \(self.silent.joined(separator: ", ")), silent: may route as before")
        }
        return "generation \(self.generation) \(parts.joined(separator: "; "))"
    }
}

extension CommandResponse {
    var lines: [String] {
        [self.changed ? "✔ \(self.message)" : "nothing changed: \(self.message)", self.propagation.line]
    }
}

extension RegistrationResponse {
    func lines(_ painter: Painter) -> [String] {
        let name = "\(self.version.model) \(self.version.version)"
        var lines: [String]
        switch self.version.state {
        case .stable: lines = ["✔ \(name) is stable"]
        case .canary:
            let weight = self.rollout.map { " \($0.id) at \($0.canaryWeight)" } ?? ""
            lines = [
                "✔ \(name) is the canary of rollout\(weight); follow it with: serin status \(self.version.model) --watch"
            ]
        case .registered: lines = ["✔ \(name) is registered and waits for its rollout"]
        case .deprecated, .failed, .inconclusive, .superseded:
            lines = ["\(name) was registered before and is \(self.version.state.rawValue)"]
        }
        lines.append(self.propagation.line)
        if let forecast = self.forecast { lines += [""] + ForecastReport(response: forecast, painter: painter).lines() }
        return lines
    }
}

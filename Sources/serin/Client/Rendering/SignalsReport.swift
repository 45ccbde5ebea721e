import RolloutCore

/// How a model's payloads are understood.
struct SignalsReport {
    let signals: ModelSignals
    let painter: Painter

    func lines() -> [String] {
        let signals = self.signals
        var fields = [("Adapter", signals.adapter.rawValue)]
        switch signals.key {
        case .header(let name)?: fields.append(("Key", "request header '\(name)'"))
        case .request(let path)?: fields.append(("Key", "'\(path)' of the request"))
        case nil: break
        }
        if let positive = signals.positiveClass { fields.append(("Positive", "class '\(positive)'")) }
        if !signals.slices.isEmpty { fields.append(("Slices", signals.slices.map(\.text).joined(separator: ", "))) }
        fields.append(
            (
                "Looks at",
                "\(signals.inspectPerSecond) payloads a second, version and gateway, of at most \(signals.maximumBodyBytes) bytes"
            )
        )
        fields.append(
            (
                "Remembers",
                "\(signals.predictionsPerSecond) predictions a second and gateway, for \(signals.predictionDays) days"
            )
        )
        fields.append(("Keeps", self.sampling))
        return StatusScreen.aligned(fields) + [""] + self.declared()
    }

    private var sampling: String {
        guard let sample = self.signals.payloadSample else { return "no raw payloads" }
        let redacted = sample.redact.isEmpty ? "" : ", without \(sample.redact.joined(separator: ", "))"
        return "\(sample.perMinute) payloads a minute for \(sample.days) days\(redacted)"
    }

    private func declared() -> [String] {
        guard !self.signals.signals.isEmpty else {
            return ["No signals are declared: the adapter finds up to \(ModelSignals.foundLimit) by itself."]
        }
        var table = TextTable("SIGNAL", "ROLE", "KIND", "FROM", "PATH")
        table.rows = self.signals.signals.map { signal in
            [
                .init(signal.name.text), .init(signal.role.rawValue), .init(signal.kind.rawValue),
                .init(signal.source.body.rawValue), .init(signal.source.path),
            ]
        }
        return table.lines(self.painter)
    }
}

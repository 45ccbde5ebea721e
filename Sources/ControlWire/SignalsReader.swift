package import RolloutCore

/// Reads how a model's payloads are to be understood; what isn't named keeps its default.
package enum SignalsReader {
    /// - Throws: `InvalidValue` for the first field of a wrong type, an unknown name or a value out of its range.
    package static func read(_ value: JSONValue, at pointer: String = "") throws(InvalidValue) -> ModelSignals {
        var reader = try JSONReader(value, at: pointer)
        var signals = ModelSignals()
        signals.adapter = try reader.choice("adapter", default: signals.adapter)
        for (index, item) in (try reader.array("signals") ?? []).enumerated() {
            signals.signals.append(try self.declaration(item, at: "\(reader.place("signals"))/\(index)"))
        }
        if let key = try reader.object("key") { signals.key = try self.key(key, at: reader.place("key")) }
        signals.positiveClass = try reader.optionalString("positiveClass")
        for (index, item) in (try reader.array("slices") ?? []).enumerated() {
            signals.slices.append(try self.name(item, at: "\(reader.place("slices"))/\(index)"))
        }
        signals.inspectPerSecond = try reader.integer("inspectPerSecond", default: signals.inspectPerSecond)
        signals.maximumBodyBytes = try reader.integer("maximumBodyBytes", default: signals.maximumBodyBytes)
        signals.predictionsPerSecond = try reader.integer("predictionsPerSecond", default: signals.predictionsPerSecond)
        signals.predictionDays = try reader.integer("predictionDays", default: signals.predictionDays)
        if let sample = try reader.object("payloadSample") {
            signals.payloadSample = try self.sampling(sample, at: reader.place("payloadSample"))
        }
        try reader.finish()
        if let complaint = signals.complaints().first {
            throw InvalidValue(complaint.message, at: pointer + complaint.pointer)
        }
        return signals
    }

    private static func declaration(_ value: JSONValue, at pointer: String) throws(InvalidValue) -> SignalDeclaration {
        var reader = try JSONReader(value, at: pointer)
        let name = try self.name(.string(try reader.string("name")), at: reader.place("name"))
        let role: SignalRole = try self.choice("role", &reader)
        // Where only one kind makes sense, it need not be said.
        let kind: SignalKind
        switch role {
        case .confidence: kind = try reader.choice("kind", default: .share)
        case .feature, .prediction, .measure: kind = try self.choice("kind", &reader)
        }
        guard var source = try reader.object("source") else {
            throw InvalidValue(
                #"is required: {"body": "request" or "response", "path": "…"}"#,
                at: reader.place("source")
            )
        }
        let body: SignalSource.Body = try self.choice("body", &source)
        let path = try source.string("path")
        try source.finish()
        try reader.finish()
        return SignalDeclaration(name: name, role: role, kind: kind, source: SignalSource(body: body, path: path))
    }

    private static func choice<Value: RawRepresentable & CaseIterable>(
        _ key: String,
        _ reader: inout JSONReader
    ) throws(InvalidValue) -> Value where Value.RawValue == String {
        let text = try reader.string(key)
        guard let value = Value(rawValue: text) else {
            let allowed = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw InvalidValue("must be one of \(allowed); got '\(text)'", at: reader.place(key))
        }
        return value
    }

    private static func name(_ value: JSONValue, at pointer: String) throws(InvalidValue) -> SignalName {
        guard case .string(let text) = value else {
            throw InvalidValue("must be a string, but is \(value.kind)", at: pointer)
        }
        do { return try SignalName(text) } catch { throw InvalidValue(error.message, at: pointer) }
    }

    private static func key(_ reader: JSONReader, at pointer: String) throws(InvalidValue) -> KeySource {
        var reader = reader
        let header = try reader.optionalString("header")
        let request = try reader.optionalString("request")
        try reader.finish()
        switch (header, request) {
        case (let name?, nil): return .header(name)
        case (nil, let path?): return .request(path)
        case (nil, nil), (.some, .some):
            throw InvalidValue(#"names one source: {"header": "…"} or {"request": "…"}"#, at: pointer)
        }
    }

    private static func sampling(_ reader: JSONReader, at pointer: String) throws(InvalidValue) -> PayloadSampling {
        var reader = reader
        var sampling = PayloadSampling()
        sampling.perMinute = try reader.integer("perMinute", default: sampling.perMinute)
        sampling.days = try reader.integer("days", default: sampling.days)
        for (index, item) in (try reader.array("redact") ?? []).enumerated() {
            guard case .string(let path) = item else {
                throw InvalidValue("must be a string, but is \(item.kind)", at: "\(pointer)/redact/\(index)")
            }
            sampling.redact.append(path)
        }
        try reader.finish()
        return sampling
    }
}

extension ModelSignals {
    /// Every complaint about this declaration, in the order of its fields; empty when it can be used.
    package func complaints() -> [InvalidValue] {
        var found: [InvalidValue] = []
        func require(_ holds: Bool, _ pointer: String, _ message: String) {
            if !holds { found.append(InvalidValue(message, at: pointer)) }
        }
        require(
            self.signals.count <= Self.foundLimit,
            "/signals",
            "a model declares at most \(Self.foundLimit) signals"
        )
        require(
            Set(self.signals.map(\.name)).count == self.signals.count,
            "/signals",
            "the names of signals must differ"
        )
        for (index, signal) in self.signals.enumerated() {
            if let complaint = signal.complaint() { found.append(complaint.under("signals/\(index)")) }
        }
        if let key = self.key, let complaint = key.complaint() { found.append(complaint.under("key")) }
        if let positive = self.positiveClass {
            require((1...128).contains(positive.utf8.count), "/positiveClass", "must be 1 to 128 bytes")
        }
        require(self.slices.count <= 8, "/slices", "a model names at most 8 slices")
        require(Set(self.slices).count == self.slices.count, "/slices", "the names of slices must differ")
        require((0...100_000).contains(self.inspectPerSecond), "/inspectPerSecond", "must be 0 to 100000")
        require((1_024...16_777_216).contains(self.maximumBodyBytes), "/maximumBodyBytes", "must be 1024 to 16777216")
        require((0...10_000).contains(self.predictionsPerSecond), "/predictionsPerSecond", "must be 0 to 10000")
        require((1...365).contains(self.predictionDays), "/predictionDays", "must be 1 to 365")
        if let sample = self.payloadSample {
            require((1...6_000).contains(sample.perMinute), "/payloadSample/perMinute", "must be 1 to 6000")
            require((1...90).contains(sample.days), "/payloadSample/days", "must be 1 to 90")
            require(sample.redact.count <= 64, "/payloadSample/redact", "at most 64 pointers")
            for (index, pointer) in sample.redact.enumerated() {
                require(
                    pointer.hasPrefix("/") && pointer.utf8.count <= 1_024,
                    "/payloadSample/redact/\(index)",
                    "must be a JSON Pointer of at most 1024 bytes, beginning with '/'"
                )
            }
        }
        return found
    }
}

extension SignalDeclaration {
    fileprivate func complaint() -> InvalidValue? {
        guard (1...1_024).contains(self.source.path.utf8.count) else {
            return InvalidValue("must be 1 to 1024 bytes: a JSON Pointer or a column's name", at: "/source/path")
        }
        switch (self.role, self.kind) {
        case (.confidence, .number), (.confidence, .category):
            return InvalidValue("a confidence is of kind 'share'", at: "/kind")
        case (.confidence, .share), (.feature, _), (.prediction, _), (.measure, _): return nil
        }
    }
}

extension KeySource {
    fileprivate func complaint() -> InvalidValue? {
        switch self {
        case .header(let name):
            let isField = (1...128).contains(name.utf8.count) && name.utf8.allSatisfy(isFieldNameByte)
            return isField ? nil : InvalidValue("must be a header name", at: "/header")
        case .request(let path):
            let isPath = (1...1_024).contains(path.utf8.count)
            return isPath ? nil : InvalidValue("must be a JSON Pointer or a column's name", at: "/request")
        }
    }
}

/// Letters, digits, `-`, `_` and `.`: the field names that proxies let pass.
private func isFieldNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
    default: false
    }
}

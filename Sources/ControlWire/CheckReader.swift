import RolloutCore

/// Reads one check of a plan; what it doesn't name keeps the default of its metric.
enum CheckReader {
    static func read(_ value: JSONValue, at pointer: String) throws(InvalidValue) -> Check {
        var reader = try JSONReader(value, at: pointer)
        let comparison = try self.comparison(&reader)
        let check = Check(
            name: try reader.optionalString("name") ?? comparison.metric,
            comparison: comparison,
            mode: try reader.choice("mode", default: .enforced),
            weight: try reader.number("weight", default: 1),
            required: try reader.bool("required", default: comparison.isRequiredByDefault),
            onNoData: try reader.choice("onNoData", default: .hold)
        )
        try reader.finish()
        return check
    }

    private static func comparison(_ reader: inout JSONReader) throws(InvalidValue) -> Comparison {
        switch try reader.string("metric") {
        case "errorRate": .errorRate(try self.shares(&reader, ShareComparison()))
        case "clientAborts": .clientAborts(try self.shares(&reader, ShareComparison()))
        case "invalidOutputs": .invalidOutputs(try self.shares(&reader, .invalidOutputs))
        case "latency": .latency(try self.latency(&reader))
        case "predictionDrift": .predictionDrift(try self.drift(&reader))
        case "quality": .quality(try self.quality(&reader))
        case "signal": .signal(try self.signal(&reader))
        case "external": .external(try self.external(&reader))
        case let other:
            throw InvalidValue(
                "must be one of \(Comparison.metrics.joined(separator: ", ")); got '\(other)'",
                at: reader.place("metric")
            )
        }
    }

    private static func shares(
        _ reader: inout JSONReader,
        _ fallback: ShareComparison
    ) throws(InvalidValue) -> ShareComparison {
        var rule = fallback
        rule.harmOddsRatio = try reader.number("harmOddsRatio", default: rule.harmOddsRatio)
        rule.promotionOddsRatio = try reader.number("promotionOddsRatio", default: rule.promotionOddsRatio)
        rule.acceptableShare = try reader.number("acceptableShare", default: rule.acceptableShare)
        rule.minimumDifference = try reader.number("minimumDifference", default: rule.minimumDifference)
        return rule
    }

    private static func latency(_ reader: inout JSONReader) throws(InvalidValue) -> LatencyComparison {
        var rule = LatencyComparison()
        rule.harmRatio = try reader.number("harmRatio", default: rule.harmRatio)
        rule.promotionRatio = try reader.number("promotionRatio", default: rule.promotionRatio)
        rule.toleranceMilliseconds = try reader.number("toleranceMilliseconds", default: rule.toleranceMilliseconds)
        return rule
    }

    private static func drift(_ reader: inout JSONReader) throws(InvalidValue) -> DriftComparison {
        var rule = DriftComparison()
        for (index, item) in (try reader.array("signals") ?? []).enumerated() {
            let place = "\(reader.place("signals"))/\(index)"
            guard case .string(let text) = item else {
                throw InvalidValue("must be a signal's name, but is \(item.kind)", at: place)
            }
            rule.signals.append(try self.signalName(text, at: place))
        }
        rule.classDifference = try reader.number("classDifference", default: rule.classDifference)
        rule.classDistance = try reader.number("classDistance", default: rule.classDistance)
        rule.stabilityIndex = try reader.number("stabilityIndex", default: rule.stabilityIndex)
        rule.movement = try reader.number("movement", default: rule.movement)
        rule.promotionDifference = try reader.number("promotionDifference", default: rule.promotionDifference)
        return rule
    }

    private static func quality(_ reader: inout JSONReader) throws(InvalidValue) -> QualityComparison {
        var rule = QualityComparison()
        if let word = try reader.optionalString("measure") {
            guard let measure = QualityComparison.Measure(rawValue: word) else {
                let allowed = QualityComparison.Measure.allCases.map(\.rawValue).joined(separator: ", ")
                throw InvalidValue("must be one of \(allowed); got '\(word)'", at: reader.place("measure"))
            }
            rule.measure = measure
        }
        rule.class = try reader.optionalString("class")
        rule.slice = try reader.optionalString("slice")
        rule.harmOddsRatio = try reader.number("harmOddsRatio", default: rule.harmOddsRatio)
        rule.promotionOddsRatio = try reader.number("promotionOddsRatio", default: rule.promotionOddsRatio)
        rule.acceptableShare = try reader.number("acceptableShare", default: rule.acceptableShare)
        rule.minimumDifference = try reader.number("minimumDifference", default: rule.minimumDifference)
        rule.promotionMargin = try reader.optionalNumber("promotionMargin")
        rule.minimumLabels = try reader.integer("minimumLabels", default: rule.minimumLabels)
        return rule
    }

    private static func signal(_ reader: inout JSONReader) throws(InvalidValue) -> SignalComparison {
        let name = try self.signalName(try reader.string("signal"), at: reader.place("signal"))
        guard let way = try reader.optionalString("direction") else {
            throw InvalidValue(
                "is required: higher, lower or either, whichever is worse",
                at: reader.place("direction")
            )
        }
        guard let direction = Direction(rawValue: way) else {
            throw InvalidValue("must be one of higher, lower, either; got '\(way)'", at: reader.place("direction"))
        }
        var rule = SignalComparison(signal: name, direction: direction)
        rule.harmRatio = try reader.number("harmRatio", default: rule.harmRatio)
        rule.promotionRatio = try reader.number("promotionRatio", default: rule.promotionRatio)
        rule.tolerance = try reader.number("tolerance", default: rule.tolerance)
        return rule
    }

    private static func external(_ reader: inout JSONReader) throws(InvalidValue) -> ExternalComparison {
        guard var source = try reader.object("source") else {
            throw InvalidValue("is required: prometheus or webhook", at: reader.place("source"))
        }
        var rule = ExternalComparison(source: try self.source(&source, at: reader.place("source")))
        rule.direction = try reader.choice("direction", default: rule.direction)
        rule.above = try reader.optionalNumber("above")
        rule.below = try reader.optionalNumber("below")
        rule.maximumRatio = try reader.optionalNumber("maximumRatio")
        rule.of = try reader.integer("of", default: rule.of)
        rule.breaches = try reader.integer("breaches", default: min(rule.breaches, max(1, rule.of)))
        rule.forSeconds = try reader.optionalInteger("forSeconds")
        return rule
    }

    private static func source(_ reader: inout JSONReader, at pointer: String) throws(InvalidValue) -> ExternalSource {
        let prometheus = try reader.object("prometheus")
        let webhook = try reader.object("webhook")
        try reader.finish()
        switch (prometheus, webhook) {
        case (var inner?, nil):
            let source = ExternalSource.prometheus(url: try inner.string("url"), query: try inner.string("query"))
            try inner.finish()
            return source
        case (nil, var inner?):
            let source = ExternalSource.webhook(url: try inner.string("url"))
            try inner.finish()
            return source
        case (nil, nil), (.some, .some): throw InvalidValue("names prometheus or webhook, one of them", at: pointer)
        }
    }

    private static func signalName(_ text: String, at pointer: String) throws(InvalidValue) -> SignalName {
        do { return try SignalName(text) } catch { throw InvalidValue(error.message, at: pointer) }
    }
}

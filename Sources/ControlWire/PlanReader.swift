package import RolloutCore

/// Reads a plan; what it doesn't name keeps its default.
package enum PlanReader {
    /// - Throws: `InvalidValue` for the first field of a wrong type or an unknown name; values are held against the
    ///   rules of plans later.
    package static func read(_ value: JSONValue, at pointer: String) throws(InvalidValue) -> RolloutPlan {
        var reader = try JSONReader(value, at: pointer)
        var plan = RolloutPlan()
        if let steps = try reader.array("steps") {
            plan.steps = []
            for (index, item) in steps.enumerated() {
                plan.steps.append(try self.step(item, at: "\(reader.place("steps"))/\(index)"))
            }
        }
        plan.intervalSeconds = try reader.integer("intervalSeconds", default: plan.intervalSeconds)
        plan.bakeSeconds = try reader.integer("bakeSeconds", default: plan.bakeSeconds)
        plan.minimumRequests = try reader.integer("minimumRequests", default: plan.minimumRequests)
        plan.deadlineSeconds = try reader.integer("deadlineSeconds", default: plan.deadlineSeconds)
        if var warmUp = try reader.object("warmUp") {
            plan.warmUp.seconds = try warmUp.integer("seconds", default: plan.warmUp.seconds)
            plan.warmUp.requests = try warmUp.integer("requests", default: plan.warmUp.requests)
            try warmUp.finish()
        }
        plan.alpha = try reader.number("alpha", default: plan.alpha)
        plan.promotionAlpha = try reader.number("promotionAlpha", default: plan.promotionAlpha)
        plan.promotion = try reader.choice("promotion", default: plan.promotion)
        if let checks = try reader.array("checks") {
            plan.checks = []
            for (index, item) in checks.enumerated() {
                plan.checks.append(try CheckReader.read(item, at: "\(reader.place("checks"))/\(index)"))
            }
        }
        // A guard that is present but null is switched off; an absent one keeps the default.
        if case .object(let members) = value, members["hardStop"] == .null { plan.hardStop = nil }
        if var stop = try reader.object("hardStop") { plan.hardStop = try self.hardStop(&stop) }
        if case .object(let members) = value, members["stableGuard"] == .null { plan.stableGuard = nil }
        if var rule = try reader.object("stableGuard") { plan.stableGuard = try self.stableGuard(&rule) }
        if let limits = try reader.array("limits") {
            plan.limits = []
            for (index, item) in limits.enumerated() {
                plan.limits.append(try self.limit(item, at: "\(reader.place("limits"))/\(index)", plan.intervalSeconds))
            }
        }
        plan.onNoData = try self.policy("onNoData", &reader, plan.onNoData)
        plan.onError = try self.policy("onError", &reader, plan.onError)
        plan.onInconclusive = try self.policy("onInconclusive", &reader, plan.onInconclusive)
        plan.assignment = try self.assignment(&reader)
        if let rule = reader.value("rescue") { plan.rescue = try RescueReader.read(rule, at: reader.place("rescue")) }
        plan.baseline = try reader.bool("baseline", default: plan.baseline)
        try reader.finish()
        return plan
    }

    private static func step(_ value: JSONValue, at pointer: String) throws(InvalidValue) -> RolloutPlan.Step {
        var reader = try JSONReader(value, at: pointer)
        guard let weight = try self.share("weight", &reader) else {
            throw InvalidValue("is required, in basis points", at: pointer + "/weight")
        }
        let step = RolloutPlan.Step(
            weight: weight,
            mirror: try self.share("mirror", &reader),
            approval: try reader.bool("approval", default: false)
        )
        try reader.finish()
        return step
    }

    private static func share(_ key: String, _ reader: inout JSONReader) throws(InvalidValue) -> Weight? {
        guard let basisPoints = try reader.optionalInteger(key) else { return nil }
        do { return try Weight(basisPoints: basisPoints) } catch {
            throw InvalidValue(error.message, at: reader.place(key))
        }
    }

    private static func hardStop(_ reader: inout JSONReader) throws(InvalidValue) -> HardStop {
        var stop = HardStop()
        stop.errorShare = try reader.number("errorShare", default: stop.errorShare)
        stop.requests = try reader.integer("requests", default: stop.requests)
        stop.withinSeconds = try reader.integer("withinSeconds", default: stop.withinSeconds)
        stop.connectFailures = try reader.integer("connectFailures", default: stop.connectFailures)
        try reader.finish()
        return stop
    }

    private static func stableGuard(_ reader: inout JSONReader) throws(InvalidValue) -> StableGuard {
        var rule = StableGuard()
        rule.errorShare = try reader.number("errorShare", default: rule.errorShare)
        rule.requests = try reader.integer("requests", default: rule.requests)
        rule.withinSeconds = try reader.integer("withinSeconds", default: rule.withinSeconds)
        rule.holdSeconds = try reader.integer("holdSeconds", default: rule.holdSeconds)
        try reader.finish()
        return rule
    }

    private static func limit(_ value: JSONValue, at pointer: String, _ interval: Int) throws(InvalidValue)
        -> AbsoluteLimit
    {
        var reader = try JSONReader(value, at: pointer)
        let metricText = try reader.string("metric")
        guard let metric = AbsoluteLimit.Metric(rawValue: metricText) else {
            let allowed = AbsoluteLimit.Metric.allCases.map(\.rawValue).joined(separator: ", ")
            throw InvalidValue("must be one of \(allowed); got '\(metricText)'", at: pointer + "/metric")
        }
        guard let above = try reader.optionalNumber("above") else {
            throw InvalidValue("is required, in \(metric.unit)", at: pointer + "/above")
        }
        let limit = AbsoluteLimit(
            metric: metric,
            above: above,
            forSeconds: try self.stretch(&reader, interval),
            minimumRequests: try reader.integer("minimumRequests", default: 100),
            breaches: try reader.optionalInteger("breaches")
        )
        try reader.finish()
        return limit
    }

    /// A stretch is given in seconds, or as `of` so many intervals.
    private static func stretch(_ reader: inout JSONReader, _ interval: Int) throws(InvalidValue) -> Int {
        let seconds = try reader.optionalInteger("forSeconds")
        guard let intervals = try reader.optionalInteger("of") else { return seconds ?? interval }
        guard seconds == nil else {
            throw InvalidValue("says the same as forSeconds: name one", at: reader.place("of"))
        }
        guard (1...1_000).contains(intervals) else {
            throw InvalidValue("must be 1 to 1000 intervals", at: reader.place("of"))
        }
        return intervals * min(max(interval, 1), 3_600)
    }

    private static func policy(
        _ key: String,
        _ reader: inout JSONReader,
        _ fallback: MissingEvidencePolicy
    ) throws(InvalidValue) -> MissingEvidencePolicy {
        guard var inner = try reader.object(key) else { return fallback }
        let policy = MissingEvidencePolicy(
            action: try inner.choice("action", default: fallback.action),
            afterSeconds: try inner.integer("afterSeconds", default: fallback.afterSeconds)
        )
        try inner.finish()
        return policy
    }

    private static func assignment(_ reader: inout JSONReader) throws(InvalidValue) -> AssignmentRule {
        guard var inner = try reader.object("assignment") else { return .perRequest }
        let header = try inner.optionalString("header")
        let cookie = try inner.optionalString("cookie")
        try inner.finish()
        switch (header, cookie) {
        case (nil, nil): return .perRequest
        case (let name?, nil): return .header(name)
        case (nil, let name?): return .cookie(name)
        case (.some, .some): throw InvalidValue("names a header or a cookie, not both", at: reader.place("assignment"))
        }
    }
}

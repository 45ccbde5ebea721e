package import RolloutCore

/// Reads how a version's upstreams are to be used; what isn't named keeps its default.
package enum SettingsReader {
    /// - Throws: `InvalidValue` for the first field of a wrong type or an unknown name; values are held against their ranges when
    ///   the version is made.
    package static func read(_ value: JSONValue, at pointer: String) throws(InvalidValue) -> UpstreamSettings {
        var reader = try JSONReader(value, at: pointer)
        var settings = UpstreamSettings()
        settings.inFlight = try reader.optionalInteger("inFlight")
        if var queue = try reader.object("queue") { settings.queue = try self.queue(&queue) }
        settings.connections = try reader.optionalInteger("connections")
        settings.connectionSeconds = try reader.integer("connectionSeconds", default: settings.connectionSeconds)
        settings.connectionRequests = try reader.optionalInteger("connectionRequests")
        settings.slowStartSeconds = try reader.integer("slowStartSeconds", default: settings.slowStartSeconds)
        // Present but null is switched off; absent keeps the default.
        if case .object(let members) = value, members["ejection"] == .null { settings.ejection = nil }
        if var ejection = try reader.object("ejection") { settings.ejection = try self.ejection(&ejection) }
        if var probe = try reader.object("probe") { settings.probe = try self.probe(&probe) }
        settings.resolveSeconds = try reader.integer("resolveSeconds", default: settings.resolveSeconds)
        try reader.finish()
        return settings
    }

    private static func queue(_ reader: inout JSONReader) throws(InvalidValue) -> QueueRule {
        var rule = QueueRule()
        rule.length = try reader.integer("length", default: rule.length)
        rule.milliseconds = try reader.integer("milliseconds", default: rule.milliseconds)
        try reader.finish()
        return rule
    }

    private static func ejection(_ reader: inout JSONReader) throws(InvalidValue) -> EjectionRule {
        var rule = EjectionRule()
        rule.failures = try reader.integer("failures", default: rule.failures)
        rule.errorShare = try reader.number("errorShare", default: rule.errorShare)
        rule.answers = try reader.integer("answers", default: rule.answers)
        rule.seconds = try reader.integer("seconds", default: rule.seconds)
        rule.maximumSeconds = try reader.integer("maximumSeconds", default: rule.maximumSeconds)
        rule.share = try reader.number("share", default: rule.share)
        try reader.finish()
        return rule
    }

    private static func probe(_ reader: inout JSONReader) throws(InvalidValue) -> ProbeRule {
        var rule = ProbeRule(path: try reader.string("path"))
        rule.intervalSeconds = try reader.integer("intervalSeconds", default: rule.intervalSeconds)
        rule.timeoutMilliseconds = try reader.integer("timeoutMilliseconds", default: rule.timeoutMilliseconds)
        rule.passes = try reader.integer("passes", default: rule.passes)
        rule.failures = try reader.integer("failures", default: rule.failures)
        rule.status = try reader.optionalInteger("status")
        try reader.finish()
        return rule
    }
}

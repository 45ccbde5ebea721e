package import RolloutCore

/// `POST /v1/models/{model}/versions`
package struct VersionRequest: Equatable, Sendable {
    package let specification: VersionSpecification
    /// Whether an open rollout makes way; not part of what the version is.
    package let supersede: Bool
    /// Whether it is registered although its plan can't end at the traffic that was seen.
    package let ignoresForecast: Bool

    package init(_ document: JSONValue) throws(InvalidValue) {
        var reader = try JSONReader(document)
        let version: VersionName
        let text = try reader.string("version")
        do { version = try VersionName(text) } catch { throw error.under("version") }
        guard let items = try reader.array("upstreams") else {
            throw InvalidValue("is required: a list of URLs", at: "/upstreams")
        }
        var upstreams: [UpstreamURL] = []
        for (index, item) in items.enumerated() {
            guard case .string(let text) = item else {
                throw InvalidValue("must be a string, but is \(item.kind)", at: "/upstreams/\(index)")
            }
            do { upstreams.append(try UpstreamURL(text)) } catch {
                throw InvalidValue(error.message, at: "/upstreams/\(index)")
            }
        }
        let upstreamModel = try reader.optionalString("upstreamModel")
        let upstreamVersion = try reader.optionalString("upstreamVersion")
        let settings =
            try reader.value("settings").map { value throws(InvalidValue) in
                try SettingsReader.read(value, at: "/settings")
            } ?? UpstreamSettings()
        let labels = try reader.labels("labels")
        let plan =
            try reader.value("plan").map { value throws(InvalidValue) in try PlanReader.read(value, at: "/plan") }
            ?? RolloutPlan()
        self.supersede = try reader.bool("supersede", default: false)
        self.ignoresForecast = try reader.bool("ignoreForecast", default: false)
        try reader.finish()
        self.specification = try VersionSpecification(
            version: version,
            upstreams: upstreams,
            upstreamModel: upstreamModel,
            upstreamVersion: upstreamVersion,
            settings: settings,
            labels: labels,
            plan: plan
        )
    }
}

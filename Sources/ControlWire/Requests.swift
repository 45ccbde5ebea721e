package import RolloutCore

/// `POST /v1/models`
package struct ModelRequest: Equatable, Sendable {
    package let name: ModelName
    package let match: RouteMatch
    package let autoStart: Bool
    package let labels: [String: String]

    package init(_ document: JSONValue) throws(InvalidValue) {
        var reader = try JSONReader(document)
        let text = try reader.string("name")
        do { self.name = try ModelName(text) } catch { throw error.under("name") }
        if var route = try reader.object("route") {
            let host = try route.optionalString("host")
            let prefix = try route.optionalString("pathPrefix") ?? "/"
            let strip = try route.bool("stripPrefix", default: false)
            try route.finish()
            do { self.match = .custom(try OwnRoute(host: host, pathPrefix: prefix, stripPrefix: strip)) } catch {
                throw error.under("route")
            }
        } else {
            self.match = .standard
        }
        self.autoStart = try reader.bool("autoStart", default: true)
        self.labels = try reader.labels("labels")
        try reader.finish()
    }
}

/// `POST /v1/models/{model}/versions`
package struct VersionRequest: Equatable, Sendable {
    package let specification: VersionSpecification
    /// Whether an open rollout makes way; not part of what the version is.
    package let supersede: Bool

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
        let labels = try reader.labels("labels")
        let plan =
            try reader.value("plan").map { value throws(InvalidValue) in try PlanReader.read(value, at: "/plan") }
            ?? RolloutPlan()
        self.supersede = try reader.bool("supersede", default: false)
        try reader.finish()
        self.specification = try VersionSpecification(
            version: version,
            upstreams: upstreams,
            upstreamModel: upstreamModel,
            upstreamVersion: upstreamVersion,
            labels: labels,
            plan: plan
        )
    }
}

/// `POST /v1/models/{model}/rollback|restore|promote|pause|resume|start`
package struct CommandRequest: Equatable, Sendable {
    /// For the record: 1…1 000 Unicode scalars, so at most 4 000 bytes: one event must never fill a follower's stream.
    package let reason: String
    /// The rollout the caller means; absent for the open one.
    package let rollout: RolloutID?
    /// Only for `start`.
    package let version: VersionName?
    package let supersede: Bool

    /// - Parameter startsVersion: Whether the command is `start`, which names a version and no rollout.
    package init(_ document: JSONValue, startsVersion: Bool) throws(InvalidValue) {
        var reader = try JSONReader(document)
        let reason = try reader.string("reason")
        guard (1...1_000).contains(reason.unicodeScalars.count), reason.contains(where: { !$0.isWhitespace }) else {
            throw InvalidValue(
                "must be 1 to 1000 characters, not all blank: it is kept with the decision",
                at: "/reason"
            )
        }
        self.reason = reason
        if startsVersion {
            let text = try reader.string("version")
            do { self.version = try VersionName(text) } catch { throw error.under("version") }
            self.supersede = try reader.bool("supersede", default: false)
            self.rollout = nil
        } else {
            self.rollout = try reader.optionalInteger("rollout").map { RolloutID(Int64($0)) }
            self.version = nil
            self.supersede = false
        }
        try reader.finish()
    }
}

package import RolloutCore

/// `POST /v1/models`
package struct ModelRequest: Equatable, Sendable {
    package let name: ModelName
    package let match: RouteMatch
    package let autoStart: Bool
    package let labels: [String: String]
    /// How its payloads are understood; nil for the defaults, or for what an existing model has.
    package let signals: ModelSignals?

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
        self.signals = try reader.value("signals").map { value throws(InvalidValue) in
            try SignalsReader.read(value, at: "/signals")
        }
        try reader.finish()
    }
}

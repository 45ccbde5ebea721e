import HTTPWire
package import RolloutCore

/// A route snapshot made ready for lookups: immutable, shared by all event loops, used by a request from start to end.
package final class RouteTable: Sendable {
    package let snapshot: RouteSnapshot
    /// All arms of all routes; their indices are what counters and upstreams are kept by.
    package let arms: [TableArm]
    /// Every upstream of every arm, each once.
    package let upstreams: [UpstreamURL]

    package let routes: [TableRoute]
    private let standardRoutes: NameIndex
    private let ownRoutes: [OwnRouteEntry]

    package init(_ snapshot: RouteSnapshot) {
        var upstreams = OrderedUpstreams()
        var arms: [TableArm] = []
        var routes: [TableRoute] = []
        var names: [(name: [UInt8], route: Int)] = []
        var own: [OwnRouteEntry] = []
        for route in snapshot.routes where !route.arms.isEmpty {
            let first = arms.count
            arms += route.arms.map { TableArm($0, of: route, upstreams: &upstreams) }
            switch route.match {
            case .standard: names.append((Array(route.model.text.utf8), routes.count))
            case .custom(let match): own.append(OwnRouteEntry(match, route: routes.count))
            }
            routes.append(TableRoute(route, firstArm: first))
        }
        self.snapshot = snapshot
        self.arms = arms
        self.routes = routes
        self.upstreams = upstreams.urls
        self.standardRoutes = NameIndex(names)
        self.ownRoutes = own.sorted { $0.isMoreSpecific(than: $1) }
    }

    /// Finds the route of a request; own routes outrank the standard ones, the more specific outranks the other.
    ///
    /// - Parameters:
    ///   - path: The path of the target, without query.
    ///   - host: The value of `Host`, or of the authority of an absolute target.
    package func match(path: RawSpan, host: RawSpan) -> RouteMatching? {
        for entry in self.ownRoutes {
            if let matching = entry.match(path: path, host: host) { return matching }
        }
        return StandardPath(path).flatMap { standard in
            self.standardRoutes.find(path.extracting(standard.name.bounds)).map { route in
                RouteMatching(route: route, style: standard.style, end: standard.end, hasVersion: standard.hasVersion)
            }
        }
    }
}

/// Which part of the path a route takes up, and thus how the path is rewritten.
package struct RouteMatching: Equatable, Sendable {
    package enum Style: Equatable, Sendable {
        /// `/v1/models/m…`
        case versionOne
        /// `/v2/models/m…`
        case versionTwo
        /// `/m…` or an own route whose prefix is removed.
        case prefixRemoved
        /// An own route whose prefix stays.
        case prefixKept
    }

    /// Index in the table's `routes`.
    package var route: Int
    package var style: Style
    /// Bytes of the path that belong to the route: prefix, name, and the client's version if it named one.
    package var end: Int
    /// The client named a version or a label.
    package var hasVersion: Bool
}

/// One model's route in a table.
package struct TableRoute: Sendable {
    package let model: ModelName
    package let rollout: RolloutID?
    package let generation: Int64
    package let assignment: Assignment
    /// Indices in the table's `arms`.
    package let arms: Range<Int>

    init(_ route: ModelRoute, firstArm: Int) {
        self.model = route.model
        self.rollout = route.rollout
        self.generation = route.generation
        self.arms = firstArm..<firstArm + route.arms.count
        self.assignment = Assignment(route, firstArm: firstArm)
    }
}

/// One arm of one route in a table.
package struct TableArm: Sendable {
    package let key: TelemetryCell.Key
    /// The version's name, as it stands in `x-serin-version`.
    package let versionName: [UInt8]
    /// At least one; in the order of the snapshot.
    package let upstreams: [ArmUpstream]

    init(_ arm: RouteArm, of route: ModelRoute, upstreams: inout OrderedUpstreams) {
        self.key = TelemetryCell.Key(
            model: route.model,
            version: arm.version,
            cohort: arm.cohort,
            rollout: route.rollout,
            generation: route.generation
        )
        self.versionName = Array(arm.version.text.utf8)
        self.upstreams = arm.upstreams.map { url in
            ArmUpstream(
                index: upstreams.index(of: url),
                authority: Array(url.authority.utf8),
                prefixes: TargetPrefixes(arm, of: route.model, basePath: url.basePath)
            )
        }
    }
}

/// An upstream as one arm uses it.
package struct ArmUpstream: Sendable {
    /// Index in the table's `upstreams`.
    package let index: Int
    /// `host:port`, for a request that brings no `Host`.
    package let authority: [UInt8]
    package let prefixes: TargetPrefixes
}

/// Upstreams in the order of their first mention, each once.
struct OrderedUpstreams {
    private(set) var urls: [UpstreamURL] = []
    private var indices: [UpstreamURL: Int] = [:]

    mutating func index(of url: UpstreamURL) -> Int {
        if let index = self.indices[url] { return index }
        self.indices[url] = self.urls.count
        self.urls.append(url)
        return self.urls.count - 1
    }
}

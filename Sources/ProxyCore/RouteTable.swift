import HTTPWire
package import RolloutCore

/// A route snapshot made ready for lookups: immutable, shared by all event loops, used by a request from start to end.
package final class RouteTable: Sendable {
    package let snapshot: RouteSnapshot
    /// All arms of all routes, then the versions that only pinned requests reach; their indices are what counters and upstreams
    /// are kept by.
    package let arms: [TableArm]
    /// Every upstream of every arm, each once for all versions that use it in the same way.
    package let upstreams: [UpstreamURL]
    /// What the connections to each of `upstreams` are kept by.
    package let upstreamKeys: [UpstreamKey]
    /// How each of `upstreams` is used.
    package let upstreamSettings: [UpstreamSettings]
    /// Signs request ids.
    package let stampKey: KeyedHash
    /// Signs pin tokens.
    let pinKey: PinKey

    package let routes: [TableRoute]
    private let standardRoutes: NameIndex
    private let ownRoutes: [OwnRouteEntry]

    /// - Parameter stampKey: Used when the snapshot brings none: ids are then as unique as ever, but nobody else can verify them.
    package init(_ snapshot: RouteSnapshot, stampKey: Salt) {
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
        var place = 0
        for route in snapshot.routes where !route.arms.isEmpty {
            let first = arms.count
            let pins = (route.pinTargets ?? []).prefix(PinTarget.limit)
            arms += pins.map { TableArm(RouteArm($0), of: route, upstreams: &upstreams) }
            routes[place].pinArms = first..<arms.count
            place += 1
        }
        self.snapshot = snapshot
        self.stampKey = (snapshot.stampKey ?? stampKey).hash
        self.pinKey = PinKey(derivedFrom: self.stampKey)
        self.arms = arms
        self.routes = routes
        self.upstreams = upstreams.keys.map(\.url)
        self.upstreamKeys = upstreams.keys
        self.upstreamSettings = upstreams.keys.map(\.settings)
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

        /// The path names a model, and may name a version, as the inference protocols do.
        package var isStandard: Bool {
            switch self {
            case .versionOne, .versionTwo: true
            case .prefixRemoved, .prefixKept: false
            }
        }
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
    /// How payloads are understood; nil when nobody looks at them.
    package let signals: ModelSignals?
    /// Indices in the table's `arms`.
    package let arms: Range<Int>
    /// Indices in the table's `arms` of the versions that only pinned requests reach.
    package fileprivate(set) var pinArms = 0..<0
    /// Of the arms, in their order.
    package let weights: [Weight]
    /// Which requests the canary is asked as well; nil when none are.
    package let mirror: MirrorDraw?

    init(_ route: ModelRoute, firstArm: Int) {
        self.model = route.model
        self.rollout = route.rollout
        self.generation = route.generation
        self.signals = route.signals.flatMap { $0.inspectPerSecond > 0 ? $0 : nil }
        self.arms = firstArm..<firstArm + route.arms.count
        self.weights = route.arms.map(\.weight)
        self.mirror = MirrorDraw(route, firstArm: firstArm)
        self.assignment = Assignment(route, firstArm: firstArm)
    }
}

/// One arm of one route in a table; an object, so that a request holds it by one reference.
package final class TableArm: Sendable {
    package let key: TelemetryCell.Key
    /// The version's name, as it stands in `x-serin-version`.
    package let versionName: [UInt8]
    /// At least one; in the order of the snapshot.
    package let upstreams: [ArmUpstream]
    package let settings: UpstreamSettings
    /// The same for all arms of a route, since they are compared; nil where nobody is rescued.
    package let rescue: RescueTerms?

    init(_ arm: RouteArm, of route: ModelRoute, upstreams: inout OrderedUpstreams) {
        self.key = TelemetryCell.Key(
            model: route.model,
            version: arm.version,
            cohort: arm.cohort,
            rollout: route.rollout,
            generation: route.generation
        )
        self.versionName = Array(arm.version.text.utf8)
        self.settings = arm.settings
        self.rescue = route.rescue.map(RescueTerms.init)
        self.upstreams = arm.upstreams.enumerated().map { place, url -> ArmUpstream in
            ArmUpstream(
                index: upstreams.index(
                    of: UpstreamKey(url: url, settings: arm.settings, isBaseline: arm.cohort == .baseline)
                ),
                place: place,
                name: url.description,
                authority: Array(url.authority.utf8),
                prefixes: TargetPrefixes(arm, of: route.model, basePath: url.basePath)
            )
        }
    }
}

/// An upstream as one arm uses it.
package final class ArmUpstream: Sendable {
    /// Index in the table's `upstreams`.
    package let index: Int
    /// Index in the arm's `upstreams`.
    package let place: Int
    /// The URL's text.
    package let name: String
    /// `host:port`, for a request that brings no `Host`.
    package let authority: [UInt8]
    package let prefixes: TargetPrefixes

    init(index: Int, place: Int, name: String, authority: [UInt8], prefixes: TargetPrefixes) {
        self.index = index
        self.place = place
        self.name = name
        self.authority = authority
        self.prefixes = prefixes
    }
}

/// What connections may be shared by: one address, used in one way.
package struct UpstreamKey: Hashable, Sendable {
    package let url: UpstreamURL
    package let settings: UpstreamSettings
    /// The baseline has connections of its own to stable's servers, as few and as young as the canary's: that is what it is for.
    package let isBaseline: Bool

    package init(url: UpstreamURL, settings: UpstreamSettings, isBaseline: Bool = false) {
        self.url = url
        self.settings = settings
        self.isBaseline = isBaseline
    }
}

/// Upstreams in the order of their first mention, each once.
struct OrderedUpstreams {
    private(set) var keys: [UpstreamKey] = []
    private var indices: [UpstreamKey: Int] = [:]

    mutating func index(of key: UpstreamKey) -> Int {
        if let index = self.indices[key] { return index }
        self.indices[key] = self.keys.count
        self.keys.append(key)
        return self.keys.count - 1
    }
}

extension RouteArm {
    /// A version outside the split: nothing is drawn for it, nor counted under its cohort.
    init(_ pin: PinTarget) {
        self.init(
            cohort: .canary,
            version: pin.version,
            weight: .zero,
            upstreams: pin.upstreams,
            upstreamModel: pin.upstreamModel,
            upstreamVersion: pin.upstreamVersion,
            settings: pin.settings
        )
    }
}

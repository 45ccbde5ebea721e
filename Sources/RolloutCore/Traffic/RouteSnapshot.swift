/// Everything a gateway needs to route, at one moment: immutable, numbered, applied whole.
package struct RouteSnapshot: Hashable, Sendable, Codable {
    /// Grows with every committed change of any route, never goes back.
    package let generation: Int64
    /// One entry a model, ordered by name, each name once.
    package let routes: [ModelRoute]
    /// Signs request ids, on all gateways alike; nil in a snapshot kept by an older gateway.
    package let stampKey: Salt?

    package init(generation: Int64, routes: [ModelRoute], stampKey: Salt? = nil) {
        self.generation = generation
        self.routes = routes
        self.stampKey = stampKey
    }

    /// What a gateway serves before it has ever seen a route.
    package static let empty = RouteSnapshot(generation: 0, routes: [])
}

/// How the requests of one model are found and split.
package struct ModelRoute: Hashable, Sendable, Codable {
    package let model: ModelName
    /// The generation at which this model's route last changed, at most the snapshot's; it is stamped on the telemetry and
    /// is part of a stratum, so another model's change doesn't split this one's evidence.
    package let generation: Int64
    /// The rollout that the split belongs to; nil outside rollouts.
    package private(set) var rollout: RolloutID?
    package let match: RouteMatch
    package let assignment: AssignmentRule
    package let salt: Salt
    /// One arm a cohort, stable first; weights sum to 10 000.
    package private(set) var arms: [RouteArm]
    /// How payloads are understood; nil switches the tap off, as in a snapshot kept by an older gateway.
    package let signals: ModelSignals?
    /// The plan's rule by which a gateway takes the canary's traffic away by itself; nil outside rollouts and where the plan has none.
    package let hardStop: HardStop?
    /// Trips of this rollout that the controller has heard of without ending it; nil when there are none.
    package let acknowledgedTrips: [TripID]?
    /// The plan's rule by which stable answers in the canary's place; nil outside rollouts and where the plan has none.
    package private(set) var rescue: RescueRule?
    /// Versions beside those of the arms that a pinned request may name, newest first; nil in a snapshot kept by an older gateway.
    package let pinTargets: [PinTarget]?
    /// The share of stable's requests that the canary's arm is asked as well, without a client waiting; nil for none. That arm may then
    /// have no weight.
    package private(set) var mirror: Weight?

    package init(
        model: ModelName,
        generation: Int64,
        rollout: RolloutID?,
        match: RouteMatch,
        assignment: AssignmentRule,
        salt: Salt,
        arms: [RouteArm],
        signals: ModelSignals? = nil,
        hardStop: HardStop? = nil,
        acknowledgedTrips: [TripID]? = nil,
        rescue: RescueRule? = nil,
        pinTargets: [PinTarget]? = nil,
        mirror: Weight? = nil
    ) {
        self.model = model
        self.generation = generation
        self.rollout = rollout
        self.match = match
        self.assignment = assignment
        self.salt = salt
        self.arms = arms
        self.signals = signals
        self.hardStop = hardStop
        self.acknowledgedTrips = acknowledgedTrips
        self.rescue = rescue
        self.pinTargets = pinTargets
        self.mirror = mirror
    }

    /// The same without the trial: stable gets everything, and what is counted belongs to no rollout.
    ///
    /// The other arms stay at no weight, for requests that may name a version.
    package var withoutTrial: ModelRoute {
        var route = self
        route.rollout = nil
        route.rescue = nil
        route.mirror = nil
        route.arms = self.arms.map { $0.weighted($0.cohort == .stable ? .full : .zero) }
        return route
    }
}

/// Which requests belong to a model.
package enum RouteMatch: Hashable, Sendable, Codable {
    /// `/v2/models/m/…`, `/v1/models/m…` and `/m/…` (prefix removed).
    case standard
    /// The model's own route, instead of the standard ones.
    case custom(OwnRoute)
}

/// A route that a model brings itself.
package struct OwnRoute: Hashable, Sendable, Codable {
    /// Compared without case and without port; nil means any host.
    package let host: String?
    /// Begins with `/`; matches whole segments; `/` matches everything on the host.
    package let pathPrefix: String
    /// Whether the prefix is removed before the request is forwarded.
    package let stripPrefix: Bool

    /// - Throws: `InvalidValue` when there is neither host nor a prefix longer than `/`, or either is malformed.
    package init(host: String?, pathPrefix: String, stripPrefix: Bool) throws(InvalidValue) {
        guard pathPrefix.hasPrefix("/"), !pathPrefix.contains("//"), !pathPrefix.contains("?"),
            !pathPrefix.contains("#"),
            pathPrefix.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), pathPrefix.utf8.count <= 1_024
        else {
            throw InvalidValue(
                "a path prefix begins with '/', has no empty segment, query or fragment and at most 1024 ASCII characters",
                at: "/pathPrefix"
            )
        }
        if let host {
            guard !host.isEmpty, host.utf8.count <= 253,
                host.allSatisfy({ ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == "_") && $0.isASCII })
            else { throw InvalidValue("a host is a DNS name without port; got '\(host)'", at: "/host") }
        }
        guard host != nil || pathPrefix != "/" else {
            throw InvalidValue(
                "a route without host needs a path prefix longer than '/', else it would take every request"
            )
        }
        guard !pathPrefix.hasPrefix("/-/"), pathPrefix != "/-" else {
            throw InvalidValue("paths below '/-/' are the gateway's own", at: "/pathPrefix")
        }
        var prefix = pathPrefix
        while prefix.count > 1, prefix.hasSuffix("/") { prefix.removeLast() }
        self.host = host?.lowercased()
        self.pathPrefix = prefix
        self.stripPrefix = stripPrefix
    }
}

/// One cohort's share of a model's traffic and where it goes.
package struct RouteArm: Hashable, Sendable, Codable {
    package let cohort: Cohort
    package let version: VersionName
    package private(set) var weight: Weight
    /// At least one.
    package let upstreams: [UpstreamURL]
    /// The model's name at the upstream when it differs from ours.
    package let upstreamModel: String?
    /// What replaces a client's `/versions/N` or `/labels/X`; nil removes it.
    package let upstreamVersion: String?
    /// How the upstreams are used.
    package let settings: UpstreamSettings

    package init(
        cohort: Cohort,
        version: VersionName,
        weight: Weight,
        upstreams: [UpstreamURL],
        upstreamModel: String?,
        upstreamVersion: String?,
        settings: UpstreamSettings = UpstreamSettings()
    ) {
        self.cohort = cohort
        self.version = version
        self.weight = weight
        self.upstreams = upstreams
        self.upstreamModel = upstreamModel
        self.upstreamVersion = upstreamVersion
        self.settings = settings
    }

    fileprivate func weighted(_ weight: Weight) -> RouteArm {
        var arm = self
        arm.weight = weight
        return arm
    }
}

extension RouteArm {
    private enum CodingKeys: String, CodingKey {
        case cohort, version, weight, upstreams, upstreamModel, upstreamVersion, settings
    }

    /// An arm that an older gateway kept has the default settings.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            cohort: try container.decode(Cohort.self, forKey: .cohort),
            version: try container.decode(VersionName.self, forKey: .version),
            weight: try container.decode(Weight.self, forKey: .weight),
            upstreams: try container.decode([UpstreamURL].self, forKey: .upstreams),
            upstreamModel: try container.decodeIfPresent(String.self, forKey: .upstreamModel),
            upstreamVersion: try container.decodeIfPresent(String.self, forKey: .upstreamVersion),
            settings: try container.decodeIfPresent(UpstreamSettings.self, forKey: .settings) ?? UpstreamSettings()
        )
    }
}

import HTTPWire
import ProxyCore
import RolloutCore

func octets(_ text: String) -> [UInt8] { Array(text.utf8) }

func url(_ text: String) throws -> UpstreamURL { try UpstreamURL(text) }

extension RouteArm {
    static func fixture(
        _ cohort: Cohort = .stable,
        version: String = "1",
        weight: Int = 10_000,
        upstreams: [String] = ["http://127.0.0.1:9000"],
        upstreamModel: String? = nil,
        upstreamVersion: String? = nil
    ) throws -> RouteArm {
        RouteArm(
            cohort: cohort,
            version: try VersionName(version),
            weight: try Weight(basisPoints: weight),
            upstreams: try upstreams.map(url),
            upstreamModel: upstreamModel,
            upstreamVersion: upstreamVersion
        )
    }
}

extension ModelRoute {
    static func fixture(
        _ model: String = "m",
        generation: Int64 = 1,
        match: RouteMatch = .standard,
        assignment: AssignmentRule = .perRequest,
        salt: Salt = Salt(high: 1, low: 2),
        arms: [RouteArm]? = nil
    ) throws -> ModelRoute {
        ModelRoute(
            model: try ModelName(model),
            generation: generation,
            rollout: RolloutID(7),
            match: match,
            assignment: assignment,
            salt: salt,
            arms: try arms ?? [.fixture()]
        )
    }

    /// Stable and a canary of this weight.
    static func split(
        canary: Int,
        baseline: Int = 0,
        assignment: AssignmentRule = .perRequest,
        salt: Salt = Salt(high: 1, low: 2)
    ) throws -> ModelRoute {
        var arms: [RouteArm] = [
            try .fixture(.stable, version: "1", weight: 10_000 - canary - baseline),
            try .fixture(.canary, version: "2", weight: canary),
        ]
        if baseline > 0 { arms.append(try .fixture(.baseline, version: "1", weight: baseline)) }
        return try .fixture(assignment: assignment, salt: salt, arms: arms)
    }
}

func table(_ routes: ModelRoute..., generation: Int64 = 1) -> RouteTable {
    RouteTable(RouteSnapshot(generation: generation, routes: routes), stampKey: Salt(high: 1, low: 2))
}

/// What a request becomes: the model it is routed to and the path that its upstream sees.
struct Routing: Equatable {
    var model: String
    var path: String
}

extension RouteTable {
    /// Routes a request as the gateway does, to the first upstream of the first arm.
    func route(_ path: String, host: String = "h") -> Routing? {
        let bytes = octets("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        var head = RequestHead()
        guard case .complete = head.parse(bytes.span.bytes, limits: HeadLimits()) else { return nil }
        let source = bytes.span.bytes
        let pathRange = head.target.path
        let matching = self.match(
            path: source.extracting(pathRange.bounds),
            host: source.extracting(head.host.bounds)
        )
        guard let matching else { return nil }
        let route = self.routes[matching.route]
        let end = Int(pathRange.start) + matching.end
        let prefix = self.arms[route.arms.lowerBound].upstreams[0].prefixes.prefix(
            for: matching,
            next: end < pathRange.end ? bytes[end] : nil
        )
        let kept = bytes[(Int(pathRange.start) + prefix.replaced)..<pathRange.end]
        let path = String(decoding: prefix.bytes + kept, as: UTF8.self)
        return Routing(model: route.model.text, path: path)
    }

    /// The draw of a request that brings `fields`, each line with its CRLF.
    func draw(_ fields: String = "", random: inout FastRandom) -> Draw {
        let bytes = octets("GET /m HTTP/1.1\r\nHost: h\r\n\(fields)\r\n")
        var head = RequestHead()
        _ = head.parse(bytes.span.bytes, limits: HeadLimits())
        return self.routes[0].assignment.draw(for: head.fields, source: bytes.span.bytes, random: &random)
    }

    /// The cohort of a request that brings `fields`.
    func assign(_ fields: String = "", random: inout FastRandom) -> Cohort {
        return self.arms[self.draw(fields, random: &random).arm].key.cohort
    }
}

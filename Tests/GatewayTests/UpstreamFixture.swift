import RolloutCore

extension RouteSnapshot {
    /// Routes of one model `m`: version 1 is stable, version 2 the canary, which gets everything.
    static func fixture(
        stable: [String],
        _ settings: UpstreamSettings,
        canary: [String] = [],
        _ canarySettings: UpstreamSettings = UpstreamSettings()
    ) throws -> RouteSnapshot {
        func arm(_ cohort: Cohort, _ version: String, _ urls: [String], _ settings: UpstreamSettings) throws -> RouteArm
        {
            RouteArm(
                cohort: cohort,
                version: try VersionName(version),
                weight: cohort == .canary || canary.isEmpty ? .full : .zero,
                upstreams: try urls.map { try UpstreamURL($0) },
                upstreamModel: nil,
                upstreamVersion: nil,
                settings: settings
            )
        }
        var arms = [try arm(.stable, "1", stable, settings)]
        if !canary.isEmpty { arms.append(try arm(.canary, "2", canary, canarySettings)) }
        let route = ModelRoute(
            model: try ModelName("m"),
            generation: 1,
            rollout: RolloutID(7),
            match: .standard,
            assignment: .perRequest,
            salt: Salt(high: 1, low: 2),
            arms: arms
        )
        return RouteSnapshot(generation: 1, routes: [route])
    }
}

extension SocketPeer {
    /// Sends a request and takes its answer.
    func ask(_ request: String = post()) throws -> Message {
        try self.send(request)
        return try self.takeMessage()
    }
}

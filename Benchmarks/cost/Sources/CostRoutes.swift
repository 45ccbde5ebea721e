import RolloutCore

/// The routes of a rollout that is open at 5 %, with everything on that is on by itself.
enum CostRoutes {
    static func snapshot(stable: Int, canary: Int) throws -> RouteSnapshot {
        let arms = [
            try self.arm(.stable, version: "1", weight: 9_500, port: stable),
            try self.arm(.canary, version: "2", weight: 500, port: canary),
        ]
        let route = ModelRoute(
            model: try ModelName("fraud"),
            generation: 7,
            rollout: RolloutID(1),
            match: .standard,
            assignment: .perRequest,
            salt: Salt(high: 1, low: 2),
            arms: arms,
            // Looked at so seldom that what is counted is what all requests cost, not what the few do.
            signals: ModelSignals(inspectPerSecond: 1, predictionsPerSecond: 1),
            hardStop: HardStop()
        )
        return RouteSnapshot(generation: 7, routes: [route], stampKey: Salt(high: 3, low: 4))
    }

    private static func arm(_ cohort: Cohort, version: String, weight: Int, port: Int) throws -> RouteArm {
        RouteArm(
            cohort: cohort,
            version: try VersionName(version),
            weight: try Weight(basisPoints: weight),
            upstreams: [try UpstreamURL("http://127.0.0.1:\(port)")],
            upstreamModel: nil,
            upstreamVersion: nil
        )
    }
}

import PostgresClient
import RolloutCore
import RolloutEngine

extension LabelRoute {
    init(row: PostgresRow) throws {
        let rollout: Int64? = try row.decode("rollout")
        let canary: String? = try row.decode("canary")
        var trial: Trial?
        if let rollout, let canary {
            trial = Trial(
                rollout: RolloutID(rollout),
                canary: try VersionName(canary),
                intervalSeconds: try row.decode("interval_seconds"),
                isSettled: try row.decode("settled")
            )
        }
        self.init(stable: try VersionName(row.decode("stable", as: String.self)), trial: trial)
    }
}

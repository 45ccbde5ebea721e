import Logging
import PostgresClient
import RolloutCore
import RolloutEngine

@testable import PostgresStore

extension Workbench {
    /// A watch of the process that `holder` names; telemetry has no time to arrive.
    func watchLoop(
        of holder: String,
        reviewPeriod: Duration = .seconds(2),
        settings: WatchSettings = .init()
    ) -> WatchLoop {
        var logger = Logger(label: "watch-loop")
        logger.logLevel = .critical
        return WatchLoop(
            store: self.store,
            feedback: self.feedback,
            configuration: .init(holder: holder, grace: .zero, reviewPeriod: reviewPeriod, settings: settings),
            logger: logger
        )
    }

    /// Telemetry of version 1 outside rollouts, a window a minute; the minutes are told from the present one back.
    func observeStable(minutesBack range: ClosedRange<Int>, _ tally: CohortTally) throws {
        guard let route = try self.route() else { throw Missing("a route") }
        let base = try self.now().floored(toSeconds: 60)
        for back in range.reversed() {
            let start = base.adding(seconds: -60 * Double(back) + 1)
            let key = TelemetryCell.Key(
                model: Self.model,
                version: route.stable,
                cohort: .stable,
                rollout: nil,
                generation: route.generation
            )
            try self.writer.write(
                TelemetryWindow(
                    replica: "gateway-w",
                    sequence: Self.watchSequences.next(),
                    start: start,
                    end: start.adding(seconds: 1),
                    droppedRequests: 0,
                    cells: [TelemetryCell(key: key, tally: tally)]
                )
            )
        }
    }

    private static let watchSequences = SequenceSource()

    /// As if the watch had been away for a while.
    func rewindWatch(minutes: Int) throws {
        try self.pool.withConnection { connection in
            try connection.execute(
                script: "UPDATE watches SET rolled_through = rolled_through - interval '\(minutes) minutes'"
            )
        }
    }
}

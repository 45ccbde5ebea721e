import Glibc
import Logging
import ProxyCore
import RolloutCore

/// The tap's thread: reads the payloads that the event loops kept.
struct TapReader {
    /// Sees each exchange before it is read; a test may wait here.
    typealias Gate = @Sendable () -> Void

    let tap: PayloadTap
    var gate: Gate?

    /// Others' work goes first.
    private static let niceness: CInt = 10
    /// How long what waits is still read when the gateway stops.
    private static let lastTime = Duration.seconds(1)

    func run() {
        // Of this thread only, as Linux has it. A tap that can't step back is no reason to have none.
        _ = setpriority(CInt(PRIO_PROCESS.rawValue), 0, Self.niceness)
        var inspection = TapInspection()
        var end: LoopTime?
        while true {
            let work = self.tap.next()
            for exchange in work.exchanges {
                self.gate?()
                inspection.read(exchange, at: TrafficLoop.now())
            }
            self.tap.finished(work)
            if work.isHarvestWanted { self.tap.publish(inspection.takeHarvest(at: TrafficLoop.now())) }
            guard work.isClosed else { continue }
            let now = TrafficLoop.now()
            let deadline = end ?? now.adding(Self.lastTime)
            end = deadline
            if work.exchanges.isEmpty || now >= deadline {
                self.tap.publish(inspection.takeHarvest(at: now))
                return
            }
        }
    }
}

import Logging
import ProxyCore
import RolloutCore

/// The route thread: asks the source for snapshots, has them applied and kept, and reports what is applied.
struct RouteFollower {
    let source: any RouteSource
    let routes: AppliedRoutes
    let logger: Logger

    private static let waitTime = Duration.seconds(1)

    func run(until signal: StopSignal) {
        var followed: Int64?
        var reported: Int64?
        var isFailing = false
        while !signal.wait(atMost: isFailing ? Self.waitTime : .zero) {
            do {
                if let snapshot = try self.source.next(after: followed, timeout: Self.waitTime) {
                    followed = self.follow(snapshot, after: followed) ?? followed
                } else {
                    self.routes.confirm()
                }
                if let followed, followed != reported {
                    try self.source.applied(generation: followed)
                    reported = followed
                }
                if isFailing { self.logger.info("routes can be followed again") }
                isFailing = false
            } catch {
                if !isFailing {
                    self.logger.warning("routes can't be followed; serving on", metadata: ["error": "\(error)"])
                }
                isFailing = true
            }
        }
    }

    /// - Returns: The generation that is applied now, nil when the snapshot was refused.
    private func follow(_ snapshot: RouteSnapshot, after followed: Int64?) -> Int64? {
        if let followed, snapshot.generation <= followed {
            let metadata: Logger.Metadata = ["generation": "\(snapshot.generation)", "applied": "\(followed)"]
            if snapshot.generation < followed { self.logger.error("routes went back; ignored", metadata: metadata) }
            return nil
        }
        self.routes.follow(snapshot)
        self.logger.debug("routes applied", metadata: ["generation": "\(snapshot.generation)"])
        return snapshot.generation
    }
}

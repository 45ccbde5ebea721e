import Foundation
import Logging
import RolloutCore

/// Acts on the loops' findings on one thread, and tells of trips on another: a store that doesn't answer delays no trip.
struct TripThreads {
    let routes: AppliedRoutes
    let sink: any TripSink
    /// What people call the gateway.
    let gateway: String
    let logger: Logger

    /// Between two attempts to tell.
    private static let patience = Duration.milliseconds(250)

    /// Takes the traffic away from every canary that a loop has found broken.
    func act() {
        while let findings = self.routes.alarm.wait() {
            for finding in findings {
                _ = self.routes.trip(finding.subject.model) { route in
                    Trip(
                        id: .random(),
                        model: finding.subject.model,
                        rollout: finding.subject.rollout,
                        canary: finding.subject.canary,
                        generation: route?.generation ?? 0,
                        cause: .hardStop(finding.rule, finding.evidence),
                        at: .now(),
                        gateway: self.gateway
                    )
                }
            }
        }
    }

    /// Tells the store of every trip, as soon as it answers.
    func tell() {
        var isFailing = false
        repeat {
            isFailing = !self.tellAll(wasFailing: isFailing)
        } while !self.routes.news.wait(
            atMost: isFailing ? Self.patience : nil
        )
        _ = self.tellAll(wasFailing: isFailing)
    }

    func stop() {
        self.routes.alarm.close()
        self.routes.news.stop()
    }

    /// - Returns: false when something is left to be told.
    private func tellAll(wasFailing: Bool) -> Bool {
        do {
            while let trip = self.routes.untold {
                try self.sink.record(trip)
                self.routes.told(trip.id)
                self.logger.notice("a trip is recorded", metadata: ["trip": "\(trip.id)", "model": "\(trip.model)"])
            }
            return true
        } catch {
            if !wasFailing {
                self.logger.warning(
                    "a trip can't be recorded yet; it holds all the same",
                    metadata: ["error": "\(error)"]
                )
            }
            return false
        }
    }
}

extension TripID {
    static func random() -> TripID {
        do { return try TripID(UUID().uuidString.lowercased()) } catch {
            preconditionFailure("a UUID is a trip's id: \(error)")
        }
    }
}
